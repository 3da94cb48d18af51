import ArgumentParser
import Files
import Foundation
import Heterogeneity
import Studies
import TestSupport
import Testing

@testable import CommandLineTool

/// The keys of every `--json` output are an interface. A change must be visible in a snapshot.
@Suite struct JSONContractTests {
    /// The outputs that the tests check: the name of the snapshot and the command that prints it.
    private static let outputs: KeyValuePairs<String, String> = [
        "benchmark": "benchmark", "data-import-recipe": "data import recipe",
        "data-import-table": "data import table", "data-inspect": "data inspect",
        "data-list": "data list", "embed": "embed", "evaluate": "evaluate",
        "evaluate-conditions": "evaluate", "evaluate-each-without": "evaluate", "evaluate-robustness": "evaluate",
        "evaluate-seeds": "evaluate", "finetune": "finetune", "group": "group", "heterogeneity": "heterogeneity",
        "info": "info", "info-run": "info", "info-suite": "info", "run": "run", "study-estimators": "study estimators",
        "study-ablation": "study ablation", "study-floors": "study floors", "study-kinship": "study kinship",
        "study-sharing": "study sharing",
        "study-interference": "study interference", "study-scaling": "study scaling",
        "study-synthetic": "study synthetic",
        "study-pairs": "study pairs", "study-sources": "study sources",
        "study-tradeoff": "study tradeoff", "study-transfer": "study transfer", "train": "train",
        "transfer": "transfer",
        "verify-reference": "verify-reference",
    ]

    /// Compares the keys of an output with its snapshot.
    private func check(_ json: String, _ name: String) throws {
        #expect(Self.outputs.contains { $0.key == name }, "'\(name)' is missing in the list of outputs")
        let keys = try JSONKeys(json)
        #expect(!keys.paths.isEmpty, "\(name)")
        #expect(keys.misspelt == [], "\(name)")
        // Which transfers help or harm hangs on the last bits, which differ between processors.
        // The keys of an empty array are therefore those of the snapshot.
        let recorded = Snapshot.lines(of: "JSON/\(name)")
        let paths = keys.paths.flatMap { path -> [String] in
            let isEmpty = path.hasSuffix("[]") && !keys.paths.contains { $0.hasPrefix(path) && $0 != path }
            return [path] + (isEmpty ? recorded.filter { $0.hasPrefix(path) && $0 != path } : [])
        }
        try Snapshot.check(paths.joined(separator: "\n"), "JSON/\(name)")
    }

    /// Every command that has `--json` has an output above. The demo prints the same as `run`, but
    /// needs data that must be fetched.
    @Test func everyCommandWithJSONIsChecked() throws {
        func commands(_ type: any ParsableCommand.Type, _ name: String) -> [(name: String, help: String)] {
            [(name, HighMMTCommand.helpMessage(for: type))]
                + type.configuration.subcommands.flatMap { subcommand in
                    let own = subcommand.configuration.commandName ?? ""
                    return commands(subcommand, name.isEmpty ? own : "\(name) \(own)")
                }
        }
        let all = commands(HighMMTCommand.self, "")
        let printing = Set(all.filter { $0.help.contains("--json ") && !$0.help.contains("SUBCOMMANDS:") }.map(\.name))
        #expect(printing.subtracting(["demo"]) == Set(Self.outputs.map(\.value)))
        try Snapshot.checkNames(Self.outputs.map(\.key), in: "JSON")
    }

    @Test func commandsOfTheMethodPrintTheseKeys() throws {
        let workspace = try Workspace.threeModalities()
        func output(_ arguments: String) throws -> String {
            let words = arguments.split(separator: " ").map(String.init)
            let result = try workspace.highmmt(words + ["--json"])
            #expect(result.status == 0, "highmmt \(arguments): \(result.messages)")
            return result.output
        }
        let short = "training.epochs=1 training.stage2.epochs=1 training.modality_dropout=0.2 --data data --threads 1"
        let budget = "--epochs 1 --seeds 1 --samples 16 --workers 1"
        try check(output("info three.yaml \(short)"), "info-suite")
        try check(output("train three.yaml \(short) --run a"), "train")
        _ = try output("train three.yaml \(short) --run b --seed 4")
        let suite = short.replacingOccurrences(of: " --threads 1", with: "")
        try check(output("heterogeneity three.yaml \(suite) --run a \(budget)"), "heterogeneity")
        try knowEveryEntry(of: "a/heterogeneity/modalities.json", as: "a/known.json", workspace)
        try check(output("group a/known.json --resamplings 10"), "group")
        try check(output("evaluate a b --data data"), "evaluate-seeds")
        try check(output("finetune a --data data --threads 1"), "finetune")
        try check(output("run three.yaml \(short) --run whole --prune-pairs \(budget)"), "run")
        try check(output("evaluate a --data data"), "evaluate")
        try check(output("evaluate a --data data --each-without"), "evaluate-each-without")
        try check(output("evaluate a --data data --robustness"), "evaluate-robustness")
        try check(
            output("evaluate a --data data --without kind/b --corrupt gaussian=0.5@kind/a"), "evaluate-conditions")
        try check(output("info a"), "info-run")
        try check(output("embed a data/cards/test.safetensors --to e.safetensors"), "embed")
        let few = "suite.yaml training.epochs=1 --seeds 2 --data data --threads 1"
        /// Checks the keys of a study. Without --json, the finished study prints its table for
        /// people at once.
        func study(_ name: String, _ arguments: String, showing word: String) throws {
            try check(output("study \(name) \(arguments)"), "study-\(name)")
            let words = "study \(name) \(arguments)".split(separator: " ").map(String.init)
            let result = try workspace.highmmt(words)
            let lines = result.output.split(separator: "\n")
            #expect(result.status == 0 && lines.count > 2 && result.output.contains(word), "\(arguments): \(result)")
            #expect(!result.output.contains("nan"), "\(result.output)")
        }
        try study("tradeoff", "\(few) --methods highmmt,late-fusion --run tradeoff", showing: "late-fusion")
        try study("interference", "\(few) --run interference", showing: "together")
        try study("scaling", "\(few) --run scaling", showing: "rising")
        try study("transfer", "\(few) --labels 1 --run transfers", showing: "gain")
        try check(
            output("transfer a suite.yaml --tasks gait --labels 0.5,1 --seeds 2 --data data --run new --threads 1"),
            "transfer")
        try check(output("study floors three.yaml --data data --only ridge"), "study-floors")
        let twoSeeds = budget.replacingOccurrences(of: "--seeds 1", with: "--seeds 2")
        try check(
            output("study estimators three.yaml --data data --run estimators --only modalities \(twoSeeds)"),
            "study-estimators")
        let groups = "--matrices a --encoder-groups 2 --crossmodal-groups 2 --seeds 2"
        try study("sharing", "three.yaml \(short) --run sharing \(groups)", showing: "heterogeneity")
        try study("ablation", "three.yaml \(short) --run ablation \(groups)", showing: "without-encoders")
        try study(
            "pairs", "three.yaml \(short) --run pairs --matrices a --shares 0.7 --draws 2 --seeds 2",
            showing: "ahead of random")
        try workspace.writeTrio()
        _ = try output("heterogeneity trio.yaml \(suite) --run trio \(budget) --only modalities")
        try study(
            "sources", "trio.yaml --data data --threads 1 --run sources --matrices trio --labels 0.5 --seeds 2",
            showing: "ahead of others")
        let pages = [
            "tradeoff", "interference", "scaling", "sharing", "ablation", "pairs", "sources", "transfers/transfer",
        ]
        for page in pages {
            let path = workspace.path(page.contains("/") ? "\(page).html" : "\(page)/\(page).html")
            let html = try String(contentsOfFile: path, encoding: .utf8)
            #expect(html.contains("<table>") && html.contains("<svg"), "\(page)")
        }
    }

    /// Copies a matrix without the shares that predictors explain, as earlier versions wrote it.
    /// One epoch explains too little to group by.
    private func knowEveryEntry(of matrix: String, as copy: String, _ workspace: Workspace) throws {
        let data = try Data(contentsOf: URL(filePath: workspace.path(matrix)))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        object["checksum"] = nil
        for key in ["explained", "explained_standard_errors", "unknown"] {
            #expect(object.removeValue(forKey: key) != nil)
        }
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: workspace.path(copy)))
    }

    @Test func otherCommandsPrintTheseKeys() throws {
        let workspace = try Workspace()
        func output(_ arguments: [String]) throws -> String {
            let result = try workspace.highmmt(arguments + ["--json"])
            #expect(result.status == 0, "\(arguments): \(result.messages)")
            return result.output
        }
        try check(output(["info"]), "info")
        try check(output(["data", "list"]), "data-list")
        let table = Fixtures.repository + "/Tests/ImportersTests/Fixtures/table-files/visits.csv"
        try check(
            output(["data", "import", "table", table, "--target", "outcome", "--to", "visits"]), "data-import-table")
        try check(output(["data", "inspect", "data/gaits"]), "data-inspect")
        let raw = "\(Fixtures.repository)/Tests/ImportersTests/Fixtures/multibench-files/affect"
        try check(output(["data", "import", "mosei", "--from", raw, "--to", "mosei"]), "data-import-recipe")
        try check(
            output(["benchmark", "inference", "--preset", "small", "--batch", "1", "--repetitions", "1"]), "benchmark")
        let reference = "\(Fixtures.repository)/Tests/TrainingTests/Fixtures/reference-case"
        try check(output(["verify-reference", reference]), "verify-reference")
    }

    /// The studies on synthetic data take minutes with the sizes of the tool, so smaller ones run
    /// here.
    @Test func studiesOnSyntheticDataPrintTheseKeys() throws {
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try JSONFile.encode(value), as: UTF8.self)
        }
        let folder = try TemporaryFolder()
        let budget = TransferBudget(epochs: 1, seeds: 1, samples: 16, leastSteps: 1)
        let kinship = try KinshipStudy(
            world: OverlapWorld(factors: 2, rows: 16, validRows: 16, testRows: 16), families: 2, members: 2,
            budget: budget, seeds: 2, epochs: (1, 1)
        ).run(in: folder.path("kinship"))
        try check(json(#require(kinship)), "study-kinship")
        let overlap = try OverlapStudy(
            world: OverlapWorld(factors: 2, rows: 16, validRows: 16), worlds: 1, budget: budget
        ).run(in: folder.path("overlap"))
        let fusion = try FusionStudy(
            bits: FusionWorld(rows: 16, validRows: 16), graded: FusionWorld(signal: .graded, rows: 16, validRows: 16),
            kinds: [.redundant, .exclusive], copies: 2, budget: budget
        ).run(in: folder.path("fusion"))
        try check(json(StudySyntheticCommand.Result(overlap: overlap, fusion: fusion)), "study-synthetic")
    }
}
