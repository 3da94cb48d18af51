import ArgumentParser
import Foundation
import Heterogeneity
import Importers
import Multimodal
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct HelpTests {
    /// A command with its full name.
    private struct Command {
        var name: String
        var type: any ParsableCommand.Type

        var isLeaf: Bool { type.configuration.subcommands.isEmpty }
    }

    /// A line of a help text that shows a call of the tool.
    struct Example: CustomTestStringConvertible, Sendable {
        /// The name of the command whose help contains the line.
        var command: String
        /// The words after `highmmt`.
        var words: [String]

        var testDescription: String { "highmmt \(words.joined(separator: " "))" }
    }

    /// Returns a command and all commands below it.
    private static func commands(
        _ type: any ParsableCommand.Type = HighMMTCommand.self, _ name: String = "highmmt"
    ) -> [Command] {
        [Command(name: name, type: type)]
            + type.configuration.subcommands.flatMap { commands($0, "\(name) \($0.configuration.commandName ?? "")") }
    }

    /// The examples of all help texts. In the root's help, a description follows after two spaces.
    static let examples: [Example] = commands().flatMap { command in
        command.type.configuration.discussion.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  highmmt ") else { return nil }
            let call = line.dropFirst(2).components(separatedBy: "  ")[0]
            return Example(command: command.name, words: call.split(separator: " ").dropFirst().map(String.init))
        }
    }

    @Test func theCommandsAreThese() {
        #expect(
            Self.commands().filter(\.isLeaf).map(\.name) == [
                "highmmt demo", "highmmt data list", "highmmt data fetch", "highmmt data import table",
                "highmmt data import recipe",
                "highmmt data inspect", "highmmt data validate", "highmmt run", "highmmt train",
                "highmmt heterogeneity", "highmmt group", "highmmt finetune", "highmmt transfer", "highmmt evaluate",
                "highmmt predict", "highmmt embed", "highmmt report", "highmmt watch", "highmmt plot",
                "highmmt metrics", "highmmt export", "highmmt import-checkpoint",
                "highmmt study synthetic", "highmmt study floors", "highmmt study estimators", "highmmt study sharing",
                "highmmt study kinship", "highmmt study tradeoff", "highmmt study scaling", "highmmt study transfer",
                "highmmt study sources", "highmmt study pairs", "highmmt study interference", "highmmt study ablation",
                "highmmt verify-reference", "highmmt benchmark",
                "highmmt info",
            ])
    }

    /// The help of every command that does something has an example of it.
    @Test func everyHelpHasAnExample() {
        for command in Self.commands() where command.isLeaf {
            #expect(Self.examples.contains { $0.command == command.name }, "\(command.name)")
            #expect(!command.type.configuration.abstract.isEmpty, "\(command.name)")
        }
    }

    @Test func everyHelpIsItsSnapshot() throws {
        let commands = Self.commands()
        func file(_ command: Command) -> String { command.name.replacingOccurrences(of: " ", with: "-") }
        for command in commands {
            let help = HighMMTCommand.helpMessage(for: command.type, columns: 100)
            try Snapshot.check(help, "Help/\(file(command))")
        }
        try Snapshot.checkNames(commands.map(file), in: "Help")
    }

    /// Every example can be parsed and runs the command whose help contains it.
    @Test(arguments: examples)
    func anExampleIsParsed(example: Example) throws {
        let parsed = try HighMMTCommand.parseAsRoot(example.words)
        let command = try #require(Self.commands().first { $0.type == type(of: parsed) })
        #expect(command.isLeaf)
        #expect(command.name == example.command || command.name.hasPrefix(example.command + " "))
    }

    /// Every example names existing files of the repository, and the suites' own datasets, tasks
    /// and modalities.
    ///
    /// Users create the files below `data/` and `runs/`. A run has the name of its suite.
    @Test(arguments: examples)
    func anExampleNamesWhatExists(example: Example) throws {
        let top = Set(try FileManager.default.contentsOfDirectory(atPath: Fixtures.repository))
        for word in example.words where word.contains("/") {
            let first = String(word.split(separator: "/")[0])
            guard top.contains(first), !["data", "runs"].contains(first) else { continue }
            #expect(FileManager.default.fileExists(atPath: "\(Fixtures.repository)/\(word)"), "\(word)")
        }
        switch try HighMMTCommand.parseAsRoot(example.words) {
        case let command as TrainCommand: try checkSuite(command.suite.arguments)
        case let command as RunCommand: try checkSuite(command.suite.arguments)
        case let command as HeterogeneityCommand:
            try checkSuite(command.suite.arguments)
            _ = try command.shard.map { try TransferShard(parsing: $0) }
        case let command as StudyFloorsCommand: try checkSuite(command.suite)
        case let command as StudyEstimatorsCommand: try checkSuite(command.suite)
        case let command as StudyTradeoffCommand: try checkSuite(command.options.suite)
        case let command as StudyScalingCommand: try checkSuite(command.options.suite)
        case let command as StudyTransferCommand: try checkSuite(command.options.suite)
        case let command as StudyInterferenceCommand: try checkSuite(command.options.suite)
        case let command as StudyAblationCommand: try checkSuite(command.options.suite)
        case let command as StudySharingCommand: try checkSuite(command.options.suite)
        case let command as TransferCommand: try checkTransfer(command)
        case let command as DataInspectCommand: try checkDataset(command.folder)
        case let command as DataValidateCommand: try checkDataset(command.folder)
        case let command as DataImportRecipeCommand: try checkImport(command)
        case let command as EvaluateCommand:
            let places = try command.corrupt.map(Corruption.init(parsing:)).compactMap(\.place) + command.without
            for place in places { try checkModality(place, run: command.runFolders[0]) }
        case let command as PredictCommand: try checkSamples(command.samples)
        case let command as EmbedCommand: try checkSamples(command.samples)
        case let command as VerifyReferenceCommand:
            #expect(FileManager.default.fileExists(atPath: "\(Fixtures.repository)/\(command.folder)/case.json"))
        default: break
        }
    }

    /// The samples are those of the dataset of a run's task, or a table of the user's own.
    private func checkSamples(_ samples: SampleOptions) throws {
        guard samples.input.hasSuffix(".safetensors") else { return }
        let suite = try suite(ofRun: samples.runFolder)
        let name = try #require(samples.task)
        let task = try #require(suite.tasks[name], "\(suite.name) has no task '\(name)'")
        let dataset = try #require(suite.datasets[task.dataset])
        #expect((samples.input as NSString).deletingLastPathComponent == "data/\(dataset.path)")
    }

    /// Reads a suite of the repository with its overrides.
    private func checkSuite(_ arguments: SuiteArguments) throws {
        _ = try Multimodal.Suite(file: "\(Fixtures.repository)/\(arguments.suite)", overrides: arguments.overrides)
    }

    /// Checks the tasks of a transfer and the places of `--group`.
    private func checkTransfer(_ command: TransferCommand) throws {
        try checkSuite(command.suite)
        let suite = try Multimodal.Suite(file: "\(Fixtures.repository)/\(command.suite.suite)")
        for task in try command.tasks.map({ try CommaList.items($0, option: "--tasks") }) ?? [] {
            #expect(suite.tasks[task] != nil, "\(task)")
        }
        for group in command.groups {
            for place in group.split(separator: "=") { try checkModality(String(place), run: command.source) }
        }
    }

    /// Returns the suite with the name of a run.
    private func suite(ofRun folder: String) throws -> Multimodal.Suite {
        #expect(folder.hasPrefix("runs/"), "\(folder)")
        return try Multimodal.Suite(
            file: "\(Fixtures.repository)/Suites/\((folder as NSString).lastPathComponent).yaml", overrides: [])
    }

    /// Checks that a suite of the repository has a dataset with this path.
    private func checkDataset(_ folder: String) throws {
        #expect(folder.hasPrefix("data/"), "\(folder)")
        let path = String(folder.dropFirst("data/".count))
        let suite = try suite(ofRun: "runs/\(path.split(separator: "/")[0])")
        #expect(suite.datasets.values.contains { $0.path == path }, "\(suite.name) has no dataset at \(path)")
    }

    /// Checks the recipe, its options and the folder of its dataset.
    private func checkImport(_ command: DataImportRecipeCommand) throws {
        let recipe = try RecipeCatalogue.recipe(named: command.recipe)
        for option in command.options {
            let name = option.split(separator: "=")[0]
            #expect(recipe.options.contains { $0.name == name }, "recipe '\(recipe.name)' has no option '\(name)'")
        }
        try checkDataset(command.destination)
    }

    /// Checks `task/modality`, or a modality alone, against the suite of a run.
    private func checkModality(_ place: String, run: String) throws {
        let suite = try suite(ofRun: run)
        let parts = place.split(separator: "/").map(String.init)
        let tasks = suite.tasks.filter { parts.count == 1 || $0.key == parts[0] }
        #expect(!tasks.isEmpty, "\(suite.name) has no task '\(parts[0])'")
        // The recipes of the suite's datasets say which modalities there are.
        let folder = try TemporaryFolder()
        let packages = "\(Fixtures.repository)/Tests/ImportersTests/Fixtures/open-packages"
        let names = try Set(tasks.values.map(\.dataset)).flatMap { dataset in
            let path = try #require(suite.datasets[dataset]?.path)
            let name = (path as NSString).lastPathComponent
            _ = try RecipeCatalogue.recipe(named: name).run(from: packages, to: folder.path(name))
            return try Dataset(folder: folder.path(name)).description.modalities.keys
        }
        #expect(names.contains(parts[parts.count - 1]), "\(suite.name) has no modality '\(place)'")
    }
}
