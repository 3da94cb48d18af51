import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// The folder of a run, with everything that it produced.
///
/// It holds `suite.yaml` with the resolved suite, `groups.json`, `metrics.jsonl`, a folder of
/// checkpoints per stage, in `datasets` the description of each dataset, and in `checksums.json`
/// the checksums of their files. A process that writes here holds its `FolderLock`. Each stage also
/// has `model.json` and `result.json`: those of stage 1 are at the top, the others in the folder of
/// their stage. The same seed gives the same bytes. The exceptions are `timing.json`, with the
/// durations of epochs, `speed.json`, with the times of inference, `commands.txt`, with the paths
/// of this machine, and `tensorboard`, whose events carry the time of day.
public struct RunDirectory: Sendable {
    /// The path of the folder.
    public let path: String

    /// Creates a reference to a folder, which need not exist.
    public init(_ path: String) { self.path = path }

    /// The path of the resolved suite.
    public var suitePath: String { "\(path)/suite.yaml" }
    /// The path of the model record of stage 1.
    public var modelPath: String { modelPath(of: .first) }
    /// The path of the groups of stage 2.
    public var groupsPath: String { "\(path)/groups.json" }
    /// The path of the same groups with the pairs that the pruned model keeps.
    public var prunedGroupsPath: String { "\(path)/\(TrainingStage.pruned.rawValue)/groups.json" }
    /// The path of the log, with one line of JSON per epoch.
    public var metricsPath: String { "\(path)/metrics.jsonl" }
    /// The path of the durations of epochs.
    public var timingPath: String { "\(path)/timing.json" }
    /// The path of the folder with events for TensorBoard.
    public var tensorBoardPath: String { "\(path)/tensorboard" }
    /// The path of the times of inference.
    public var speedPath: String { "\(path)/speed.json" }

    /// Returns the path of the description of a dataset that the run was trained on.
    public func datasetPath(of dataset: String) -> String { "\(path)/datasets/\(dataset).json" }

    /// Returns the path of a stage's scores on the test splits.
    public func resultPath(of stage: TrainingStage) -> String { path(of: "result", stage) }

    /// Returns the path of the details of a stage's predictions on the test splits.
    public func detailsPath(of stage: TrainingStage) -> String { path(of: "details", stage) }

    /// Returns the path of a stage's scores on corrupted test splits.
    public func robustnessPath(of stage: TrainingStage) -> String { path(of: "robustness", stage) }

    /// Returns the path of a stage's scores on the test splits without each modality.
    public func modalityCostsPath(of stage: TrainingStage) -> String { path(of: "modality_costs", stage) }

    /// Returns the path of a file of a stage. Those of stage 1 are at the top.
    private func path(of file: String, _ stage: TrainingStage) -> String {
        stage == .first ? "\(path)/\(file).json" : "\(path)/\(stage.rawValue)/\(file).json"
    }

    /// Returns the scores of a stage on the test splits; `nil` when the stage was not scored, was
    /// trained further since, or its scores are damaged. They can be computed again.
    public func result(of stage: TrainingStage) -> RunResult? {
        let path = resultPath(of: stage)
        guard let data = FileManager.default.contents(atPath: path),
            (try? JSONFile.checkChecksum(data, path: path, advice: "")) != nil
        else { return nil }
        return try? JSONFile.decode(RunResult.self, from: data)
    }

    /// Returns the scores of a stage as ``result(of:)``, for work that goes on after it. Nobody
    /// writes into the folder of a scored stage again, so a lock file that a killed process left
    /// there is removed.
    public func finishedResult(of stage: TrainingStage) -> RunResult? {
        guard let known = result(of: stage) else { return nil }
        FolderLock.removeLeftover(in: path)
        return known
    }

    /// Returns the path of the model record of a stage.
    public func modelPath(of stage: TrainingStage) -> String { path(of: "model", stage) }

    /// Returns the checkpoints of a stage.
    ///
    /// - Parameters:
    ///   - stage: The stage.
    ///   - keepLast: The number of epoch checkpoints to keep; at least 2 are kept.
    public func checkpoints(stage: TrainingStage, keepLast: Int = 2) -> CheckpointStore {
        CheckpointStore(folder: "\(path)/\(stage.rawValue)", keepLast: keepLast)
    }

    /// True when the folder holds a run.
    public var exists: Bool { FileManager.default.fileExists(atPath: suitePath) }

    /// Checks that the folder is empty, or holds a run of a suite with the same ``TrainingInputs``.
    ///
    /// - Throws: ``RunError`` that names the difference; `FileError` or `ConfigurationError` when
    ///   the suite of the run cannot be read.
    public func check(for suite: Suite) throws {
        guard exists else {
            guard FileManager.default.fileExists(atPath: path) else { return }
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                throw RunError("\(path): is not a readable folder; choose another with --run")
            }
            let entries = names.filter { $0 != FolderLock.fileName && !Folder.isUnfinished($0) }
            guard entries.isEmpty else {
                throw RunError("\(path): contains files but no run; choose another folder with --run")
            }
            return
        }
        let before = try SettingsText(TrainingInputs(placed(Suite(ofRun: suitePath))))
        let now = try SettingsText(TrainingInputs(placed(suite)))
        guard before != now else { return }
        let words = before.difference(from: now).map { ": '\($0)' there, '\($1)' now" } ?? ""
        throw RunError("\(path): contains a run of another suite\(words); choose another folder with --run")
    }

    /// Checks that a stage with groups, if it was started, has the optimiser of a suite.
    ///
    /// - Throws: ``RunError`` that names the difference; `FileError` when the record of the stage
    ///   cannot be read.
    package func checkOptimisation(of stage: TrainingStage, for suite: Suite) throws {
        let now = ModelRecord.Optimisation(suite.training.stage2)
        guard FileManager.default.fileExists(atPath: modelPath(of: stage)),
            let before = try record(of: stage).optimisation, before != now
        else { return }
        throw RunError(
            "\(path)/\(stage.rawValue): was trained with training.stage2.learning_rate=\(before.learningRate) and "
                + "weight_decay=\(before.weightDecay), not \(now.learningRate) and \(now.weightDecay); remove it to start "
                + "again")
    }

    /// Checks that another run is of the same suite apart from the seed, and has reached the same
    /// stage.
    ///
    /// - Throws: ``RunError`` that names the difference; `FileError` or `ConfigurationError` when a
    ///   suite cannot be read.
    public func check(sameSuiteAs other: RunDirectory) throws {
        func text(_ run: RunDirectory) throws -> SettingsText {
            var suite = try Suite(ofRun: run.suitePath)
            suite.seed = 0
            return try SettingsText(suite)
        }
        let (mine, others) = (try text(self), try text(other))
        guard mine != others else {
            guard latestStage == other.latestStage else {
                throw RunError(
                    "\(other.path): the latest stage is \(other.latestStage?.rawValue ?? "none"), but that of \(path) is "
                        + "\(latestStage?.rawValue ?? "none"); expected equal stages")
            }
            return
        }
        let words = mine.difference(from: others).map { ": '\($0)' in \(path), '\($1)' there" } ?? ""
        throw RunError("\(other.path): contains a run of another suite than \(path)\(words)")
    }

    /// Creates the folder, or checks the existing one and the data, and writes the resolved suite
    /// and the checksums of the data.
    ///
    /// Unfinished files of a process that was killed are removed.
    ///
    /// - Throws: ``RunError`` that names the difference to the run in the folder, or a file of a
    ///   dataset that has changed since the run began; `FileError` when the folder cannot be
    ///   written or a dataset cannot be read.
    public func prepare(for suite: Suite, tasks: [OpenedTask]) throws {
        try check(for: suite)
        var checksums = try DataChecksums(of: self)
        try checksums.check(tasks)
        try Folder.make(path)
        try removeUnfinishedFiles()
        try write(suite)
        try checksums.record(tasks)
    }

    private func write(_ suite: Suite) throws {
        let head = "# Resolved by highmmt \(ProjectVersion.number) with LibTorch \(LibTorch.version).\n"
        try AtomicFile.write(Array((head + placed(suite).yaml()).utf8), to: suitePath)
    }

    /// Returns the suite with dataset paths that do not depend on the location of its file, since
    /// the run keeps a copy elsewhere.
    private func placed(_ suite: Suite) -> Suite {
        var suite = suite
        let folder = URL(fileURLWithPath: suite.file).deletingLastPathComponent()
        for (name, dataset) in suite.datasets where dataset.path.hasPrefix("./") || dataset.path.hasPrefix("../") {
            suite.datasets[name]?.path = folder.appendingPathComponent(dataset.path).standardizedFileURL.path
        }
        return suite
    }

    private func removeUnfinishedFiles() throws {
        let stages = TrainingStage.allCases.map(\.rawValue)
        let others = ["datasets", "heterogeneity"] + stages + stages.map { "tensorboard/\($0)" }
        for folder in [path] + others.map({ "\(path)/\($0)" }) { try Folder.removeUnfinished(in: folder) }
    }
}
