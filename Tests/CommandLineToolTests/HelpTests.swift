import ArgumentParser
import Testing

@testable import CommandLineTool

@Suite struct HelpTests {
    /// Every command that does something, and how it is called.
    private static func commands(
        _ type: any ParsableCommand.Type = HighMMTCommand.self, _ name: String = "highmmt"
    ) -> [(name: String, type: any ParsableCommand.Type)] {
        let subcommands = type.configuration.subcommands
        guard !subcommands.isEmpty else { return [(name, type)] }
        return subcommands.flatMap { commands($0, "\(name) \($0.configuration.commandName ?? "")") }
    }

    @Test func theCommandsAreThese() {
        #expect(
            Self.commands().map(\.name) == [
                "highmmt demo", "highmmt data list", "highmmt data fetch", "highmmt data import",
                "highmmt data inspect", "highmmt data validate", "highmmt run", "highmmt train",
                "highmmt heterogeneity", "highmmt group", "highmmt finetune", "highmmt evaluate", "highmmt predict",
                "highmmt report",
                "highmmt study synthetic", "highmmt study floors", "highmmt study estimators", "highmmt study sharing",
                "highmmt study kinship",
                "highmmt verify-reference", "highmmt benchmark",
                "highmmt info",
            ])
    }

    /// The help of every command shows how to call it, and says what each option means.
    @Test func everyHelpHasAnExample() {
        for (name, type) in Self.commands() {
            let help = HighMMTCommand.helpMessage(for: type, columns: 120)
            #expect(help.contains("Example") && help.contains("\n  \(name) "), "\(name)")
            #expect(!type.configuration.abstract.isEmpty, "\(name)")
        }
    }
}
