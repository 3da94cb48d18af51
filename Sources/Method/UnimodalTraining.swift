import Files
import Foundation
import Multimodal
import Torch
import Training

/// The best single modality of every task: each modality is trained alone, the validation loss
/// chooses, and a model of the chosen ones is the run.
///
/// The candidates are runs in the folder `RUN-modalities`.
public struct UnimodalTraining {
    /// The suite, with the method `unimodal`.
    public var suite: Suite
    /// The folder to which relative dataset paths refer.
    public var dataRoot: String
    /// The run of the chosen modalities.
    public var run: RunDirectory
    /// The device to train on.
    public var device: Device

    /// Creates the training of a suite.
    public init(_ suite: Suite, dataRoot: String, run: RunDirectory, device: Device) {
        self.suite = suite
        self.suite.model.method = .unimodal
        self.dataRoot = dataRoot
        self.run = run
        self.device = device
    }

    /// Trains the candidates and the run, or resumes, and returns the scores of the run.
    ///
    /// - Parameters:
    ///   - usesTest: False to score the validation splits and leave the test splits unread.
    ///   - observer: Receives the events.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: ``Interruption`` when `shouldStop` returned true; the errors of
    ///   ``StageTraining/train(observer:shouldStop:)``.
    public func perform(
        usesTest: Bool = true, observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> RunResult {
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        // All candidates and the run have the lengths of the whole suite.
        let resolved = suite.resolved(for: tasks)
        var chosen = suite
        (chosen.training.epochs, chosen.training.epochBatches) = (
            resolved.training.epochs, resolved.training.epochBatches
        )
        for (task, modality) in try best(of: tasks, in: chosen, observer, shouldStop) {
            chosen.tasks[task]?.modalities = [modality]
        }
        return try StageTraining(.first, of: OpenedSuite(chosen, dataRoot: dataRoot), run: run, device: device)
            .perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
    }

    /// Returns the runs of the modalities that were tried for a run; none for another method.
    ///
    /// - Throws: `FileError` when their folder cannot be read.
    public static func candidates(of run: RunDirectory) throws -> [RunDirectory] {
        let folder = candidateFolder(of: run)
        return try Folder.names(in: folder).map { RunDirectory("\(folder)/\($0)") }
    }

    private static func candidateFolder(of run: RunDirectory) -> String { "\(run.path)-modalities" }

    /// Returns the modality with the least validation loss of every task.
    private func best(
        of tasks: [OpenedTask], in suite: Suite, _ observer: @escaping MethodObserver, _ shouldStop: () -> Bool
    ) throws -> [String: String] {
        var best: [String: (modality: String, loss: Double)] = [:]
        for task in tasks where task.modalities.count == 1 { best[task.name] = (task.modalities[0], 0) }
        for index in 0..<(tasks.map(\.modalities.count).max() ?? 0) {
            var candidate = suite
            candidate.tasks = suite.tasks.filter { name, task in
                task.role == .train
                    && tasks.contains {
                        $0.name == name && (2...).contains($0.modalities.count) && index < $0.modalities.count
                    }
            }
            guard !candidate.tasks.isEmpty else { break }
            for task in tasks {
                candidate.tasks[task.name]?.modalities = [task.modalities[min(index, task.modalities.count - 1)]]
            }
            let folder = RunDirectory("\(Self.candidateFolder(of: run))/\(index + 1)")
            let result = try StageTraining(
                .first, of: OpenedSuite(candidate, dataRoot: dataRoot), run: folder, device: device
            ).perform(usesTest: false, observer: observer, shouldStop: shouldStop)
            for (name, task) in result.tasks {
                guard let modality = candidate.tasks[name]?.modalities?.first else { continue }
                if task.scores.loss < best[name]?.loss ?? .infinity { best[name] = (modality, task.scores.loss) }
            }
        }
        return best.mapValues(\.modality)
    }
}
