import Foundation
import Testing
import Torch

@testable import CommandLineTool

/// A mistake is reported in one line on standard error that names the culprit. The exit status is
/// 2, and no file changes.
@Suite struct BadInputTests {
    /// One mistake.
    struct Mistake: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Makes the mistake, if it is in the files.
        var arrange: @Sendable (Workspace) throws -> Void = { _ in }
        var arguments: [String]
        /// The parts that the line must contain.
        var names: [String]
        /// True when the mistake needs a trained run.
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

    /// Mistakes that are checked with the built tool.
    static let reported: [Mistake] = [
        Mistake("missing matrix", ["group", "nowhere.csv"], names: ["nowhere.csv"]),
        Mistake("unknown command", ["trane"], names: ["trane"]),
        Mistake("unknown option", train + ["--sed", "3"], names: ["--sed", "highmmt train --help"]),
        Mistake("missing suite", ["train", "nowhere.yaml"], names: ["nowhere.yaml: no such file"]),
        Mistake(
            "misspelt override", train + ["training.learning_ratee=1"],
            names: ["suite.yaml", "training.learning_ratee", "did you mean 'learning_rate'?"]),
        Mistake("unavailable device", train + ["--device", "cuda:99"], names: ["'cuda:99' is not available"]),
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

    /// Mistakes that are checked within this process, which is faster.
    static let judged: [Mistake] = [
        Mistake("suite that is a folder", ["train", "data"], names: ["data"]),
        Mistake("misspelt key in the file", train, names: ["suite.yaml", "trainning", "did you mean 'training'?"]) {
            try $0.write(Workspace.text.replacingOccurrences(of: "training:", with: "trainning:"), to: "suite.yaml")
        },
        Mistake("invalid YAML", train, names: ["suite.yaml", "not valid YAML"]) {
            try $0.write("a: [1", to: "suite.yaml")
        },
        Mistake("zero threads", train + ["--threads", "0"], names: ["threads: 0"]),
        Mistake("threads that are not a number", train + ["--threads", "many"], names: ["--threads", "many"]),
        Mistake("negative seed", train + ["--seed=-1"], names: ["--seed", "-1"]),
        Mistake(
            "unknown device", train + ["--device", "toaster"], names: ["'toaster' is not a device", "cuda:N"]),
        Mistake(
            "missing data", ["train", "suite.yaml", "--data", "nowhere", "--run", "run"],
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
        Mistake("folder without a run", train, names: ["run: contains files but no run"]) {
            try $0.write("mine", to: "run/notes.txt")
        },
        Mistake("run that is a file", train, names: ["run"]) { try $0.write("mine", to: "run") },
        Mistake("evaluation of a folder without a run", ["evaluate", "data"], names: ["/data: contains no run"]),
        Mistake("evaluation of an unknown split", ["evaluate", "run", "--split", "tset"], names: ["--split", "tset"]),
        Mistake(
            "two tables", ["evaluate", "run", "--each-without", "--robustness"],
            names: ["--each-without", "--robustness"]),
        Mistake(
            "a table of two runs", ["evaluate", "run", "run", "--robustness"], names: ["take one run", "2 are given"]),
        Mistake(
            "a table without a modality", ["evaluate", "run", "--robustness", "--without", "card"],
            names: ["--without"]),
        Mistake(
            "unknown corruption", ["evaluate", "run", "--corrupt", "gausian=0.5"],
            names: ["corruption 'gausian=0.5'", "did you mean 'gaussian'?", "salt-and-pepper"]),
        Mistake(
            "unknown stream", ["evaluate", "run", "--data", "data", "--without", "gait/crad"],
            names: ["--without", "'gait/crad'", "did you mean 'gait/card'?", "gait/walk", "size/picture"],
            needsRun: true),
        Mistake(
            "corruption of an unknown stream",
            ["evaluate", "run", "--data", "data", "--corrupt", "gaussian=0.5@pictures"],
            names: ["--corrupt", "'pictures'", "size/picture"], needsRun: true),
        Mistake(
            "removal of a modality after training without modality dropout",
            ["evaluate", "run", "--data", "data", "--without", "card"],
            names: ["run: the model was never trained without gait/card", "training.modality_dropout"], needsRun: true),
        Mistake(
            "costs of modalities after training without modality dropout",
            ["evaluate", "run", "--data", "data", "--each-without"],
            names: ["run: the model was never trained without", "training.modality_dropout"], needsRun: true),
        Mistake(
            "removal of all modalities",
            ["evaluate", "run", "--data", "data", "--without", "card", "--without", "walk", "--without=picture"],
            names: ["run: no task has a modality left"], needsRun: true),
        Mistake(
            "the same seed twice", ["evaluate", "run", "run", "--data", "data"], names: ["two runs have the seed 3"],
            needsRun: true),
        Mistake("modality dropout of 1", train + ["training.modality_dropout=1"], names: ["training.modality_dropout"]),
        Mistake(
            "damaged parameters", ["evaluate", "run", "--data", "data"], names: ["run/stage1/best.safetensors"],
            needsRun: true
        ) { try $0.write("half", to: "run/stage1/best.safetensors") },
        Mistake(
            "absurd sizes in a record", predict + ["data/gaits/test.safetensors"],
            names: ["latents is 9000000000000000000"],
            needsRun: true
        ) {
            // Without its checksum, the record counts as one of an earlier version.
            let record = String(decoding: try $0.bytes("run/model.json"), as: UTF8.self)
                .replacingOccurrences(of: "\"checksum\" : \"[^\"]*\",\\s*", with: "", options: .regularExpression)
            try $0.write(
                record.replacingOccurrences(of: "\"latents\" : 3", with: "\"latents\" : 9000000000000000000"),
                to: "run/model.json")
        },
        Mistake("invalid record", ["info", "run"], names: ["run/model.json"], needsRun: true) {
            try $0.write("{\"format\": 1}", to: "run/model.json")
        },
        Mistake("record of another version", ["info", "run"], names: ["run/model.json", "format 7"], needsRun: true) {
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
        Mistake("costs of a suite that is missing", ["info", "none.yaml"], names: ["none.yaml: no such file"]),
        Mistake("information on a folder without a run", ["info", "data"], names: ["data/model.json"]),
        Mistake(
            "prediction of an unknown task", ["predict", "run", "--task", "gate", "data/gaits/test.safetensors"],
            names: ["run: has no task 'gate'", "gait, size"], needsRun: true),
        Mistake(
            "prediction without samples", predict + ["nowhere.safetensors"], names: ["nowhere.safetensors"],
            needsRun: true),
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
            "samples that are not finite", predict + ["data/gaits/test.safetensors"],
            names: ["data/gaits/test.safetensors", "'card'", "not finite"], needsRun: true
        ) {
            try $0.change("data/gaits/test.safetensors") { $0["card"] = try Tensor.full([10, 3, 1], .infinity) }
        },
        Mistake(
            "table in place of samples", predict + ["data/t.csv"],
            names: ["data/t.csv: is a text table such as CSV, expected a safetensors file"], needsRun: true
        ) { try $0.write("a,b\n1,2\n", to: "data/t.csv") },
        Mistake(
            "sound in place of samples", predict + ["data/t.wav"],
            names: ["data/t.wav: is a WAV sound, expected a safetensors file"], needsRun: true
        ) { try $0.write("RIFF\u{24}\0\0\0WAVEfmt \u{10}\0\0\0", to: "data/t.wav") },
        Mistake(
            "web page in place of samples", predict + ["data/t.safetensors"],
            names: ["data/t.safetensors: is an HTML page", "download it again"], needsRun: true
        ) { try $0.write("<!DOCTYPE html><html><body>Sign in</body></html>", to: "data/t.safetensors") },
        Mistake(
            "pointer in place of a dataset's file", ["data", "validate", "data/boxes"],
            names: ["data/boxes/valid.safetensors: is a Git LFS pointer", "git lfs pull"]
        ) {
            try $0.write(
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", to: "data/boxes/valid.safetensors"
            )
        },
        Mistake(
            "web page in place of a suite", ["train", "suite.yaml", "--data", "data", "--run", "run"],
            names: ["suite.yaml: is an HTML page", "expected a text in YAML or JSON"]
        ) { try $0.write("<html></html>", to: "suite.yaml") },
        Mistake("batch size of zero", predict + ["x", "--batch", "0"], names: ["--batch is 0"]),
        Mistake("missing reference case", ["verify-reference", "nowhere"], names: ["nowhere"]),
        Mistake("missing dataset", ["data", "inspect", "nowhere"], names: ["nowhere/dataset.json"]),
        Mistake(
            "misspelt key of a dataset", ["data", "validate", "data/boxes"],
            names: ["data/boxes/dataset.json", "modalities.picture.axez", "did you mean 'axes'?"]
        ) {
            let text = String(decoding: try $0.bytes("data/boxes/dataset.json"), as: UTF8.self)
            try $0.write(
                text.replacingOccurrences(of: "\"axes\"", with: "\"axez\""), to: "data/boxes/dataset.json")
        },
        Mistake("zero epochs", train + ["training.epochs=0"], names: ["suite.yaml", "training.epochs: 0"]),
        Mistake(
            "unknown recipe", ["data", "import", "digit", "--from", "data", "--to", "new"], names: ["digit"]),
        Mistake(
            "recipe without its files", ["data", "import", "digits", "--from", "data", "--to", "new"], names: ["data/"]),
        Mistake("unknown collection", ["data", "fetch", "opn"], names: ["opn"]),
        Mistake("synthetic study with zero seeds", ["study", "synthetic", "--seeds", "0"], names: ["--seeds is 0"]),
        Mistake("negative number of worlds", ["study", "synthetic", "--worlds=-1"], names: ["--worlds is -1"]),
        Mistake(
            "sharing study with zero seeds", ["study", "sharing", "suite.yaml", "--seeds", "0"], names: ["--seeds is 0"]
        ),
        Mistake(
            "zero groups", ["study", "sharing", "suite.yaml", "--crossmodal-groups", "0"],
            names: ["--crossmodal-groups is 0"]),
        Mistake(
            "measurement with zero workers", ["heterogeneity", "suite.yaml", "--workers", "0"],
            names: ["--workers is 0"]),
        Mistake("run with zero workers", ["run", "suite.yaml", "--workers", "0"], names: ["--workers is 0"]),
        Mistake(
            "measurement with zero epochs", ["heterogeneity", "suite.yaml", "--epochs", "0"], names: ["--epochs is 0"]),
        Mistake("benchmark with a batch of zero", ["benchmark", "step", "--batch", "0"], names: ["--batch"]),
    ]

    @Test(arguments: reported)
    func aMistakeIsReportedInOneLine(mistake: Mistake) throws {
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
            // The run stores the location of its datasets.
            let suite = String(decoding: try workspace.bytes("run/suite.yaml"), as: UTF8.self)
            try workspace.write(
                suite.replacingOccurrences(of: trained.root, with: workspace.root), to: "run/suite.yaml")
            try check(mistake, in: workspace, judge)
        }
    }

    /// Runs a command in this process. Paths in the arguments get the workspace's folder as a
    /// prefix.
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
