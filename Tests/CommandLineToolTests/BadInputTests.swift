import Foundation
import Testing
import Torch

@testable import CommandLineTool

/// What is wrong is told in one line on standard error that names the culprit; the exit status is 2, and nothing changes.
@Suite struct BadInputTests {
    /// One mistake.
    struct Mistake: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Makes the mistake, if it is one in files.
        var arrange: @Sendable (Workspace) throws -> Void = { _ in }
        var arguments: [String]
        /// What the line must name.
        var names: [String]
        /// Whether a trained run is needed.
        var needsRun = false

        init(
            _ description: String, _ arguments: [String], names: [String], needsRun: Bool = false,
            arrange: @escaping @Sendable (Workspace) throws -> Void = { _ in }
        ) {
            testDescription = description
            self.arrange = arrange
            self.arguments = arguments
            self.names = names
            self.needsRun = needsRun
        }
    }

    private static let train = ["train", "suite.yaml", "--data", "data", "--run", "run"]
    private static let predict = ["predict", "run", "--task", "gait"]

    /// Told by the tool itself.
    static let told: [Mistake] = [
        Mistake("matrix that is not there", ["group", "nowhere.csv"], names: ["nowhere.csv"]),
        Mistake("no command of that name", ["trane"], names: ["trane"]),
        Mistake("unknown option", train + ["--sed", "3"], names: ["--sed", "highmmt train --help"]),
        Mistake("no suite", ["train", "nowhere.yaml"], names: ["nowhere.yaml: no such file"]),
        Mistake(
            "misspelt override", train + ["training.learning_ratee=1"],
            names: ["suite.yaml", "training.learning_ratee", "did you mean 'learning_rate'?"]),
        Mistake("device that is not there", train + ["--device", "cuda:99"], names: ["'cuda:99' is not available"]),
        Mistake("missing split", train, names: ["data/gaits/valid.safetensors"]) {
            try FileManager.default.removeItem(atPath: $0.path("data/gaits/valid.safetensors"))
        },
        Mistake("truncated split", train, names: ["data/gaits/train.safetensors", "truncated"]) {
            let bytes = try $0.bytes("data/gaits/train.safetensors")
            try bytes.dropLast(40).write(to: URL(fileURLWithPath: $0.path("data/gaits/train.safetensors")))
        },
        Mistake(
            "label 12 of 10 classes", train,
            names: ["data/gaits/train.safetensors", "'target/kind'", "label 12 in row 4", "10 classes"]
        ) {
            try $0.change("data/gaits/train.safetensors") {
                var labels = (0..<20).map { Int64($0 % 10) }
                labels[4] = 12
                $0["target/kind"] = try Tensor(labels, shape: [20])
            }
        },
        Mistake("NaN", train, names: ["data/boxes/valid.safetensors", "'picture'", "nan in row 7"]) {
            try $0.change("data/boxes/valid.safetensors") {
                var numbers = [Float](repeating: 1, count: 120)
                numbers[90] = .nan
                $0["picture"] = try Tensor(numbers, shape: [10, 2, 2, 3])
            }
        },
        Mistake(
            "invalid dataset", ["data", "validate", "data/boxes"], names: ["data/boxes/valid.safetensors", "'picture'"]
        ) {
            try $0.change("data/boxes/valid.safetensors") { $0["picture"] = try Tensor.full([10, 2, 2, 3], .nan) }
        },
    ]

    /// Judged within this process, which is faster.
    static let judged: [Mistake] = [
        Mistake("suite that is a folder", ["train", "data"], names: ["data"]),
        Mistake("misspelt key in the file", train, names: ["suite.yaml", "trainning", "did you mean 'training'?"]) {
            try $0.write(Workspace.text.replacingOccurrences(of: "training:", with: "trainning:"), to: "suite.yaml")
        },
        Mistake("no YAML", train, names: ["suite.yaml", "not valid YAML"]) { try $0.write("a: [1", to: "suite.yaml") },
        Mistake("threads that are none", train + ["--threads", "0"], names: ["threads: 0"]),
        Mistake("threads that are no number", train + ["--threads", "many"], names: ["--threads", "many"]),
        Mistake("negative seed", train + ["--seed=-1"], names: ["--seed", "-1"]),
        Mistake(
            "device that is none", train + ["--device", "toaster"], names: ["'toaster' is not a device", "cuda:N"]),
        Mistake(
            "no data", ["train", "suite.yaml", "--data", "nowhere", "--run", "run"],
            names: ["suite.yaml", "datasets.gaits.path", "nowhere/gaits"]),
        Mistake("split that is a header only", train, names: ["data/boxes/test.safetensors"]) {
            let bytes = try $0.bytes("data/boxes/test.safetensors")
            try bytes.prefix(30).write(to: URL(fileURLWithPath: $0.path("data/boxes/test.safetensors")))
        },
        Mistake(
            "wrong shape", train, names: ["data/boxes/test.safetensors", "'picture'", "[10, 4, 3]", "[N, 2, 2, 3]"]
        ) {
            try $0.change("data/boxes/test.safetensors") { $0["picture"] = try $0["picture"]?.reshaped([10, 4, 3]) }
        },
        Mistake(
            "run of another suite", train + ["model.latents=4"], names: ["run: ", "another suite", "latents"],
            needsRun: true),
        Mistake("folder of something else", train, names: ["run: contains files but no run"]) {
            try $0.write("mine", to: "run/notes.txt")
        },
        Mistake("run that is a file", train, names: ["run"]) { try $0.write("mine", to: "run") },
        Mistake("evaluation of no run", ["evaluate", "data"], names: ["/data: holds no run"]),
        Mistake("evaluation of no split", ["evaluate", "run", "--split", "tset"], names: ["--split", "tset"]),
        Mistake(
            "two tables", ["evaluate", "run", "--each-without", "--robustness"],
            names: ["--each-without", "--robustness"]),
        Mistake(
            "a table of two runs", ["evaluate", "run", "run", "--robustness"], names: ["take one run", "2 are given"]),
        Mistake(
            "a table without a modality", ["evaluate", "run", "--robustness", "--without", "card"],
            names: ["--without"]),
        Mistake(
            "corruption that is none", ["evaluate", "run", "--corrupt", "gausian=0.5"],
            names: ["corruption 'gausian=0.5'", "did you mean 'gaussian'?", "salt-and-pepper"]),
        Mistake(
            "stream that is none", ["evaluate", "run", "--data", "data", "--without", "gait/crad"],
            names: ["--without", "'gait/crad'", "did you mean 'gait/card'?", "gait/walk", "size/picture"],
            needsRun: true),
        Mistake(
            "corruption of no stream", ["evaluate", "run", "--data", "data", "--corrupt", "gaussian=0.5@pictures"],
            names: ["--corrupt", "'pictures'", "size/picture"], needsRun: true),
        Mistake(
            "without a modality that was always there", ["evaluate", "run", "--data", "data", "--without", "card"],
            names: ["run: the model was never trained without gait/card", "training.modality_dropout"], needsRun: true),
        Mistake(
            "costs of modalities that were always there", ["evaluate", "run", "--data", "data", "--each-without"],
            names: ["run: the model was never trained without", "training.modality_dropout"], needsRun: true),
        Mistake(
            "no task left",
            ["evaluate", "run", "--data", "data", "--without", "card", "--without", "walk", "--without=picture"],
            names: ["run: no task has a modality left"], needsRun: true),
        Mistake(
            "the same seed twice", ["evaluate", "run", "run", "--data", "data"], names: ["two runs have the seed 3"],
            needsRun: true),
        Mistake("dropout of everything", train + ["training.modality_dropout=1"], names: ["training.modality_dropout"]),
        Mistake(
            "damaged parameters", ["evaluate", "run", "--data", "data"], names: ["run/stage1/best.safetensors"],
            needsRun: true
        ) { try $0.write("half", to: "run/stage1/best.safetensors") },
        Mistake(
            "absurd sizes in a record", predict + ["data/gaits/test.safetensors"],
            names: ["latents is 9000000000000000000"],
            needsRun: true
        ) {
            let record = String(decoding: try $0.bytes("run/model.json"), as: UTF8.self)
            try $0.write(
                record.replacingOccurrences(of: "\"latents\" : 3", with: "\"latents\" : 9000000000000000000"),
                to: "run/model.json")
        },
        Mistake("record that is none", ["info", "run"], names: ["run/model.json"], needsRun: true) {
            try $0.write("{\"format\": 1}", to: "run/model.json")
        },
        Mistake(
            "record of another version", ["info", "run"], names: ["run/model.json", "format 7"], needsRun: true
        ) {
            let record = String(decoding: try $0.bytes("run/model.json"), as: UTF8.self)
            try $0.write(
                record.replacingOccurrences(of: "\"format\" : 1", with: "\"format\" : 7"), to: "run/model.json")
        },
        Mistake(
            "record without statistics", ["predict", "run", "--task", "size", "data/boxes/test.safetensors"],
            names: ["run/model.json", "task 'size'"], needsRun: true
        ) {
            let record = String(decoding: try $0.bytes("run/model.json"), as: UTF8.self)
            let changed = record.replacingOccurrences(
                of: "\"mean\" : \\[[^\\]]*[0-9][^\\]]*\\]", with: "\"mean\" : []", options: .regularExpression)
            try $0.write(changed, to: "run/model.json")
        },
        Mistake("information on no run", ["info", "data"], names: ["data/model.json"]),
        Mistake(
            "prediction of no task", ["predict", "run", "--task", "gate", "data/gaits/test.safetensors"],
            names: ["run: has no task 'gate'", "gait, size"], needsRun: true),
        Mistake(
            "prediction of nothing", predict + ["nowhere.safetensors"], names: ["nowhere.safetensors"], needsRun: true),
        Mistake(
            "samples without a modality", predict + ["data/boxes/test.safetensors"],
            names: ["data/boxes/test.safetensors", "'card'"], needsRun: true),
        Mistake(
            "samples of another shape", predict + ["data/gaits/test.safetensors"],
            names: ["data/gaits/test.safetensors", "'walk'", "[10, 2, 4]", "[N, 4, 2]"], needsRun: true
        ) {
            try $0.change("data/gaits/test.safetensors") { $0["walk"] = try $0["walk"]?.transposed(1, 2).contiguous() }
        },
        Mistake(
            "samples with a mask of another shape", predict + ["data/gaits/test.safetensors"],
            names: ["data/gaits/test.safetensors", "'mask/walk'", "[10, 3]", "[10, 4]"], needsRun: true
        ) {
            try $0.change("data/gaits/test.safetensors") {
                $0["mask/walk"] = try Tensor.full([10, 3], 1, dtype: .bool)
            }
        },
        Mistake(
            "samples that are no number", predict + ["data/gaits/test.safetensors"],
            names: ["data/gaits/test.safetensors", "'card'", "not finite"], needsRun: true
        ) {
            try $0.change("data/gaits/test.safetensors") { $0["card"] = try Tensor.full([10, 3, 1], .infinity) }
        },
        Mistake("no samples at once", predict + ["x", "--batch", "0"], names: ["--batch is 0"]),
        Mistake("case that is not there", ["verify-reference", "nowhere"], names: ["nowhere"]),
        Mistake("dataset that is not there", ["data", "inspect", "nowhere"], names: ["nowhere/dataset.json"]),
        Mistake(
            "misspelt key of a dataset", ["data", "validate", "data/boxes"],
            names: ["data/boxes/dataset.json", "modalities.picture.axez", "did you mean 'axes'?"]
        ) {
            let text = String(decoding: try $0.bytes("data/boxes/dataset.json"), as: UTF8.self)
            try $0.write(
                text.replacingOccurrences(of: "\"axes\"", with: "\"axez\""), to: "data/boxes/dataset.json")
        },
        Mistake("no epoch", train + ["training.epochs=0"], names: ["suite.yaml", "training.epochs: 0"]),
        Mistake(
            "no recipe of that name", ["data", "import", "digit", "--from", "data", "--to", "new"], names: ["digit"]),
        Mistake(
            "recipe without its files", ["data", "import", "digits", "--from", "data", "--to", "new"], names: ["data/"]),
        Mistake("no collection of that name", ["data", "fetch", "opn"], names: ["opn"]),
        Mistake("no synthetic training", ["study", "synthetic", "--seeds", "0"], names: ["--seeds is 0"]),
        Mistake("no world", ["study", "synthetic", "--worlds=-1"], names: ["--worlds is -1"]),
        Mistake("no run of a study", ["study", "sharing", "suite.yaml", "--seeds", "0"], names: ["--seeds is 0"]),
        Mistake(
            "no group", ["study", "sharing", "suite.yaml", "--crossmodal-groups", "0"],
            names: ["--crossmodal-groups is 0"]),
        Mistake("nobody at work", ["heterogeneity", "suite.yaml", "--workers", "0"], names: ["--workers is 0"]),
        Mistake("nobody at work on a run", ["run", "suite.yaml", "--workers", "0"], names: ["--workers is 0"]),
        Mistake("no measurement", ["heterogeneity", "suite.yaml", "--epochs", "0"], names: ["--epochs is 0"]),
        Mistake("nothing to measure", ["benchmark", "step", "--batch", "0"], names: ["--batch"]),
    ]

    @Test(arguments: told)
    func aMistakeIsToldInOneLine(mistake: Mistake) throws {
        try check(mistake, in: Workspace()) { workspace, arguments in
            let result = try workspace.highmmt(arguments)
            #expect(result.output.isEmpty)
            #expect(result.messages.hasSuffix("\n"))
            return (result.status, String(result.messages.dropLast()))
        }
    }

    @Test(arguments: judged.filter { !$0.needsRun })
    func aMistakeIsJudgedRight(mistake: Mistake) throws { try check(mistake, in: Workspace(), judge) }

    @Test func mistakesWithARunAreJudgedRight() throws {
        let trained = try Workspace()
        let result = try trained.train()
        #expect(result.status == 0, "\(result.messages)")
        for mistake in Self.judged where mistake.needsRun {
            let workspace = try Workspace()
            try FileManager.default.copyItem(atPath: trained.path("run"), toPath: workspace.path("run"))
            // The run remembers where its datasets lie.
            let suite = String(decoding: try workspace.bytes("run/suite.yaml"), as: UTF8.self)
            try workspace.write(
                suite.replacingOccurrences(of: trained.root, with: workspace.root), to: "run/suite.yaml")
            try check(mistake, in: workspace, judge)
        }
    }

    /// Runs a command in this process; the folder stands before what names something in it.
    private func judge(_ workspace: Workspace, _ arguments: [String]) -> (Int32, String) {
        let places = ["suite.yaml", "data", "run", "nowhere", "new"]
        let placed = arguments.enumerated().map { index, argument in
            let isPlace =
                index > 0
                && places.contains { argument == $0 || argument.hasPrefix("\($0)/") || argument.hasPrefix("\($0).") }
            return isPlace ? workspace.path(argument) : argument
        }
        do {
            var command = try HighMMTCommand.parseAsRoot(placed)
            try command.run()
            return (0, "")
        } catch {
            let verdict = ExitStatus.verdict(on: error)
            return (verdict.status, verdict.text ?? "")
        }
    }

    private func check(
        _ mistake: Mistake, in workspace: Workspace,
        _ run: (Workspace, [String]) throws -> (status: Int32, text: String)
    ) throws {
        try mistake.arrange(workspace)
        let before = try workspace.listing()
        let result = try run(workspace, mistake.arguments)
        let story = "\(mistake.testDescription): \(result.status) \(result.text)"
        #expect(result.status == 2, "\(story)")
        #expect(result.text.hasPrefix("error: ") && !result.text.contains("\n"), "\(story)")
        for name in mistake.names { #expect(result.text.contains(name), "\(story)") }
        let after = try workspace.listing()
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(changed == [], "\(story)")
    }

    /// A pickle that would call `os.system` when Python reads it.
    @Test func aHostilePickleIsRefusedByName() throws {
        let workspace = try Workspace()
        let header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
        let padding = String(repeating: " ", count: 63 - (10 + header.count) % 64) + "\n"
        var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        bytes += Data([UInt8((header + padding).utf8.count), 0]) + Data((header + padding).utf8)
        bytes += Data("cposix\nsystem\n(S'touch hacked'\ntR.".utf8)
        try FileManager.default.createDirectory(
            atPath: workspace.path("packages/seglearn/data"), withIntermediateDirectories: true)
        try bytes.write(to: URL(fileURLWithPath: workspace.path("packages/seglearn/data/watch_dataset.npy")))
        let before = try workspace.listing()
        let result = try workspace.highmmt(["data", "import", "exercise", "--from", "packages", "--to", "new"])
        #expect(result.status == 2)
        #expect(result.lines.count == 1)
        #expect(
            result.messages.contains("watch_dataset.npy") && result.messages.contains("posix.system"),
            "\(result.messages)")
        #expect(try workspace.listing().keys.sorted() == before.keys.sorted())
    }
}
