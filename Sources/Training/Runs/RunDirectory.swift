import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// A folder with everything that one training produced.
///
/// `suite.yaml` (resolved), `groups.json`, `metrics.jsonl`, a folder of checkpoints per stage, and for each stage `model.json` and
/// `result.json`, those of stage 1 beside the suite, the others in the folder of their stage: the same seed gives the same
/// bytes. `timing.json` says how long epochs took, `speed.json` how long inference takes: both are excluded from that promise.
public struct RunDirectory: Sendable {
    /// Where it lies.
    public let path: String

    /// Names a folder, which need not be there.
    public init(_ path: String) { self.path = path }

    /// The resolved suite.
    public var suitePath: String { "\(path)/suite.yaml" }
    /// What is needed to use the model of stage 1 without its data.
    public var modelPath: String { modelPath(of: .first) }
    /// The groups that stage 2 separates.
    public var groupsPath: String { "\(path)/groups.json" }
    /// The same groups with the pairs that the pruned model keeps.
    public var prunedGroupsPath: String { "\(path)/\(TrainingStage.pruned.rawValue)/groups.json" }
    /// One line per epoch.
    public var metricsPath: String { "\(path)/metrics.jsonl" }
    /// How long epochs took.
    public var timingPath: String { "\(path)/timing.json" }
    /// How long inference takes.
    public var speedPath: String { "\(path)/speed.json" }

    /// Scores of a stage on the test splits.
    public func resultPath(of stage: TrainingStage) -> String {
        stage == .first ? "\(path)/result.json" : "\(path)/\(stage.rawValue)/result.json"
    }

    /// Scores of a stage on the test splits; nothing when it was not scored, or trained on since.
    public func result(of stage: TrainingStage) -> RunResult? {
        FileManager.default.contents(atPath: resultPath(of: stage)).flatMap {
            try? JSONFile.decode(RunResult.self, from: $0)
        }
    }

    /// What is needed to use the model of a stage without its data.
    public func modelPath(of stage: TrainingStage) -> String {
        stage == .first ? "\(path)/model.json" : "\(path)/\(stage.rawValue)/model.json"
    }

    /// The checkpoints of a stage.
    public func checkpoints(stage: String, keepLast: Int = 1) -> CheckpointStore {
        CheckpointStore(folder: "\(path)/\(stage)", keepLast: keepLast)
    }

    /// Whether a run was begun here.
    public var exists: Bool { FileManager.default.fileExists(atPath: suitePath) }

    /// Checks that the folder is free, or that the run there is the same suite's, but for the number of epochs and stage 2.
    ///
    /// - Throws: ``RunError`` that names what differs.
    public func check(for suite: Suite) throws {
        guard exists else {
            guard FileManager.default.fileExists(atPath: path) else { return }
            guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                throw RunError("\(path): is no folder that can be read; choose another with --run")
            }
            guard entries.isEmpty else {
                throw RunError("\(path): holds files but no run; choose another folder with --run")
            }
            return
        }
        let before = try comparable(Suite(file: suitePath))
        let now = try comparable(placed(suite))
        guard before != now else { return }
        let words = RunDirectory.difference(before, now).map { ": '\($0)' there, '\($1)' now" } ?? ""
        throw RunError("\(path): holds a run of another suite\(words); choose another folder with --run")
    }

    /// Checks that another run is of the same suite, trained as long, but for the seed.
    ///
    /// - Throws: ``RunError`` that names what differs.
    public func check(sameSuiteAs other: RunDirectory) throws {
        func text(_ run: RunDirectory) throws -> String {
            var suite = try Suite(file: run.suitePath)
            suite.seed = 0
            return try suite.yaml()
        }
        let (own, others) = (try text(self), try text(other))
        guard own != others else {
            guard latestStage == other.latestStage else {
                throw RunError(
                    "\(other.path): its latest stage is \(other.latestStage?.rawValue ?? "none"), that of \(path) is "
                        + "\(latestStage?.rawValue ?? "none"); expected the same")
            }
            return
        }
        let words = RunDirectory.difference(own, others).map { ": '\($0)' in \(path), '\($1)' there" } ?? ""
        throw RunError("\(other.path): holds a run of another suite than \(path)\(words)")
    }

    /// The first lines in which two suites differ.
    private static func difference(_ first: String, _ second: String) -> (String, String)? {
        let (lines, others) = (first.split(separator: "\n"), second.split(separator: "\n"))
        let pairs = zip(lines, others).first { $0 != $1 }
        if let pairs { return (pairs.0.trimmed, pairs.1.trimmed) }
        return nil
    }

    /// Makes the folder for a suite, or checks the one there, and writes the resolved suite.
    ///
    /// Files that a process left unfinished when it was killed are removed.
    ///
    /// - Throws: ``RunError`` that names what differs; `FileError` when the folder cannot be written.
    public func prepare(for suite: Suite) throws {
        try check(for: suite)
        try Folder.make(path)
        removeUnfinishedFiles()
        let head = "# Resolved by highmmt \(ProjectVersion.number) with LibTorch \(Library.version).\n"
        try AtomicFile.write(Array((head + placed(suite).yaml()).utf8), to: suitePath)
    }

    /// The suite with paths that do not depend on where its file lies, since the run keeps a copy elsewhere.
    private func placed(_ suite: Suite) -> Suite {
        var suite = suite
        let folder = URL(fileURLWithPath: suite.file).deletingLastPathComponent()
        for (name, dataset) in suite.datasets where dataset.path.hasPrefix("./") || dataset.path.hasPrefix("../") {
            suite.datasets[name]?.path = folder.appendingPathComponent(dataset.path).standardizedFileURL.path
        }
        return suite
    }

    private func removeUnfinishedFiles() {
        for folder in [path] + TrainingStage.allCases.map({ "\(path)/\($0.rawValue)" }) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names where name.hasSuffix(".part") || name.hasPrefix(".") && name.hasSuffix(".partial") {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
    }

    private func comparable(_ suite: Suite) throws -> String {
        var suite = suite
        suite.training.epochs = 0
        // Stage 2 is chosen when stage 1 is done, and holds on to its own record.
        suite.training.stage2.epochs = 0
        suite.training.stage2.learningRate = 0
        suite.training.stage2.weightDecay = 0
        return try suite.yaml()
    }

    /// Whether a stage has trained parameters.
    public func isTrained(_ stage: TrainingStage) -> Bool {
        FileManager.default.fileExists(atPath: checkpoints(stage: stage.rawValue).bestPath)
    }

    /// The stage whose model is the run's: stage 2 where it has trained parameters, else stage 1; nothing when none has.
    ///
    /// The pruned model is an alternative to stage 2 and not a later one, so it is used only where it is named.
    public var latestStage: TrainingStage? { TrainingStage.ofMethod.last(where: isTrained) }

    /// The record of the model, of the latest stage when none is named.
    ///
    /// - Throws: `FileError` when there is none.
    public func record(of stage: TrainingStage? = nil) throws -> ModelRecord {
        try ModelRecord(path: modelPath(of: stage ?? latestStage ?? .first))
    }

    /// The model with the best parameters of a stage, of the latest when none is named.
    ///
    /// - Throws: an error that names the file when there is none or it does not fit.
    public func bestModel(
        of stage: TrainingStage? = nil, device: Device
    ) throws -> (model: HighMMTModel, record: ModelRecord) {
        if let stage, exists, !isTrained(stage) {
            throw RunError("\(path): holds no trained parameters of \(stage.rawValue)")
        }
        let record = try record(of: stage)
        let best = (stage ?? latestStage).map { checkpoints(stage: $0.rawValue).bestPath }
        guard let best, FileManager.default.fileExists(atPath: best) else {
            throw RunError("\(path): holds no trained parameters yet; train the suite first")
        }
        let model = try record.model(device: device)
        try model.parameters.load(SafetensorsFile(path: best).tensors())
        return (model, record)
    }
}

/// A run that cannot be begun, continued or used, told in one line.
public struct RunError: Error, CustomStringConvertible, Equatable {
    /// The one line.
    public var description: String

    /// Describes what is wrong.
    public init(_ description: String) { self.description = description }
}

extension Substring {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
