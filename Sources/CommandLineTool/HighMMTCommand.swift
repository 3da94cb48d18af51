import ArgumentParser

@main
struct HighMMTCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "highmmt", abstract: "One model for many modalities.", subcommands: [VerifyReferenceCommand.self])
}
