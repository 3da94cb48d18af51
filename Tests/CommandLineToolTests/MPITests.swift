import Foundation
import TestSupport
import Testing

/// The programs that start several processes.
private enum MPI {
    static let isInstalled: Bool = {
        let hasLauncher = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/mpirun") }
        return hasLauncher
            && FileManager.default.fileExists(atPath: "\(Fixtures.repository)/.build/cmpi/current/libCMPI.so")
    }()

    /// Starts each process in a folder of its own if there is one, and notes its number.
    private static let wrapper = """
        rank=${OMPI_COMM_WORLD_RANK:-$PMI_RANK}
        [ ! -d "rank$rank" ] || cd "rank$rank"
        echo $$ >"pid$rank"
        exec "$@"
        """

    /// Runs a command by several processes.
    static func run(
        _ count: Int, _ arguments: [String], in folder: String,
        whileRunning: @escaping @Sendable (Process, String) -> Void = { _, _ in }
    ) throws -> Tool.Result {
        try Tool.run(
            arguments, in: folder,
            environment: [
                "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                "OMPI_MCA_rmaps_base_oversubscribe": "1",
            ], launcher: ["mpirun", "-n", "\(count)", "sh", "-c", wrapper, "sh"], whileRunning: whileRunning)
    }
}

/// Several processes on one machine give the results of one.
@Suite(.enabled(if: MPI.isInstalled, "needs mpirun, and scripts/setup-mpi with mpicc"), .serialized)
struct MPITests {
    private struct Epoch: Decodable {
        struct Validation: Decodable { var loss: Double }
        var training_loss: [String: Double]
        var validation: [String: Validation]
    }

    private let workspace: Workspace

    init() throws { workspace = try Workspace.threeModalities() }

    /// Returns the losses of all epochs, in order.
    private func curve(_ run: String) throws -> [Double] {
        try String(contentsOfFile: workspace.path("\(run)/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
            .flatMap { line -> [Double] in
                let epoch = try JSONDecoder().decode(Epoch.self, from: Data(line.utf8))
                return epoch.training_loss.sorted { $0.key < $1.key }.map(\.value)
                    + epoch.validation.sorted { $0.key < $1.key }.map(\.value.loss)
            }
    }

    /// Returns the content of the files of a folder that contain no times.
    private func files(_ folder: String) -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: workspace.path(folder))?.compactMap { $0 as? String } ?? []
        // The commands name their run.
        let timed = ["timing.json", "speed.json", "report.html", "commands.txt"]
        return names.reduce(into: [:]) { files, name in
            guard !timed.contains(where: name.hasSuffix), !name.contains("tfevents") else { return }
            files[name] = FileManager.default.contents(atPath: workspace.path("\(folder)/\(name)"))
        }
    }

    private func train(_ count: Int, _ run: String, _ more: [String]) throws {
        let command = ["train", "suite.yaml", "--data", "data", "--run", run, "--threads", "1"] + more
        let result =
            try count == 1 ? Tool.run(command, in: workspace.root) : MPI.run(count, command, in: workspace.root)
        #expect(result.status == 0, "\(result.messages)")
    }

    @Test(arguments: [
        [], ["training.dropout=0.3", "training.feature_dropout=0.2", "training.modality_dropout=0.3"],
        ["training.recipe=robust", "training.token_dropout=0.2"], ["model.method=late-fusion"],
    ]) func processesTrainLikeOne(settings: [String]) throws {
        try train(1, "one", settings)
        let one = try curve("one")
        for count in [2, 3] {
            try train(count, "run\(count)", settings)
            let several = try curve("run\(count)")
            #expect(several.count == one.count && !one.isEmpty)
            for (value, expected) in zip(several, one) { #expect(abs(value - expected) < 1e-5) }
        }
        try train(2, "again", settings)
        #expect(files("again") == files("run2"))
    }

    /// A checkpoint does not know how many processes wrote it.
    @Test func otherNumbersOfProcessesContinue() throws {
        try train(1, "one", ["training.epochs=3"])
        try train(2, "several", ["training.epochs=1"])
        try train(3, "several", ["training.epochs=2"])
        try train(1, "several", ["training.epochs=3"])
        for (value, expected) in zip(try curve("several"), try curve("one")) { #expect(abs(value - expected) < 1e-5) }
        #expect(try curve("several").count == curve("one").count)
    }

    private static let budget = ["--epochs", "1", "--seeds", "1", "--samples", "16", "--data", "data"]

    @Test func processesShareTheTrainingsOfAMeasurement() throws {
        let command = ["heterogeneity", "three.yaml"] + Self.budget
        let one = try Tool.run(command + ["--run", "one"], in: workspace.root)
        let two = try MPI.run(2, command + ["--run", "two", "--workers", "1"], in: workspace.root)
        #expect(one.status == 0 && two.status == 0, "\(one.messages) \(two.messages)")
        #expect(one.output == two.output && !one.output.isEmpty)
        #expect(files("one") == files("two"))
    }

    @Test func processesShareTheTrainingsOfAStudy() throws {
        let command = [
            "study", "interference", "suite.yaml", "training.epochs=1", "--data", "data", "--seeds", "2", "--threads",
            "1", "--run",
        ]
        let one = try Tool.run(command + ["one"], in: workspace.root)
        let two = try MPI.run(2, command + ["two"], in: workspace.root)
        #expect(one.status == 0 && two.status == 0, "\(one.messages) \(two.messages)")
        #expect(one.output == two.output && files("one") == files("two"))
    }

    @Test func otherDataOnAnotherProcessAreRefused() throws {
        for rank in ["rank0", "rank1"] {
            try FileManager.default.createDirectory(atPath: workspace.path(rank), withIntermediateDirectories: true)
            for name in ["suite.yaml", "data"] {
                try FileManager.default.copyItem(
                    atPath: workspace.path(name), toPath: workspace.path("\(rank)/\(name)"))
            }
        }
        let file = workspace.path("rank1/data/gaits/train.safetensors")
        var bytes = try #require(FileManager.default.contents(atPath: file))
        bytes[bytes.count - 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: file))
        for command in ["train", "heterogeneity"] {
            let result = try MPI.run(2, [command, "suite.yaml", "--data", "data", "--run", "run"], in: workspace.root)
            #expect(result.status != 0)
            #expect(
                result.messages.contains("error: rank 1 on host ")
                    && result.messages.contains("differs: the checksum of train.safetensors in dataset gaits is crc32:"),
                "\(result.messages)")
            #expect(files("rank0/run").isEmpty)
        }
    }

    @Test func aKilledProcessEndsTheJobAndLosesNothing() throws {
        let command =
            ["heterogeneity", "three.yaml", "--epochs", "30"] + Self.budget.dropFirst(2) + ["--workers", "1"]
        let root = workspace.root
        let killed = try MPI.run(2, command + ["--run", "two"], in: root) { _, text in
            let number = (try? String(contentsOfFile: "\(root)/pid1", encoding: .utf8)).flatMap {
                pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            if text.contains("seed 3"), let number { kill(number, SIGKILL) }
        }
        #expect(killed.status != 0 && killed.messages.contains("rank 1"), "\(killed.messages)")
        let one = try Tool.run(command + ["--run", "one"], in: root)
        let two = try MPI.run(2, command + ["--run", "two"], in: root)
        #expect(one.status == 0 && two.status == 0, "\(one.messages) \(two.messages)")
        #expect(one.output == two.output && files("one") == files("two"))
    }

    @Test func theWorkOfOneProcessIsRefused() throws {
        let result = try MPI.run(2, ["evaluate", "run"], in: workspace.root)
        #expect(result.status == 2)
        #expect(result.messages.contains("is the work of one process; start it without mpirun or srun"))
    }
}
