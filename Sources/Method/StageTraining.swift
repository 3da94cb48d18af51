import Torch
import Training

/// The training of one stage of a run, which can be stopped, and its scores on the test splits.
public struct StageTraining {
    /// The stage with its model.
    public let stage: StageRun

    private let run: RunDirectory

    /// Makes the model of a stage.
    ///
    /// - Throws: an error that names the tensor or suite key when something does not fit; ``RunError`` when the folder holds
    ///   something else.
    public init(_ stage: Stage, of data: OpenedSuite, run: RunDirectory, device: Device) throws {
        self.stage = try StageRun(stage, of: data, run: run, device: device)
        self.run = run
    }

    /// Trains, or continues.
    ///
    /// - Throws: ``Interruption`` when `shouldStop` said so; an error that names the task or file when training cannot go on.
    public func train(
        observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws {
        observer(.opened(stage))
        let outcome = try stage.train(observers: [Listener(observer)], shouldStop: shouldStop)
        if case .interrupted(let epoch, let step) = outcome {
            throw Interruption.training(epoch: epoch, step: step, run: run.path)
        }
    }

    /// The scores of the best parameters on the test splits, which the run keeps.
    ///
    /// What is kept is of these parameters: the trainer removes it before others can become the best, and a stage of another
    /// suite, or with other groups, is not trained into the same folder.
    ///
    /// - Throws: an error that names the file when no parameters were trained or a batch cannot be read.
    public func scores() throws -> RunResult {
        try run.result(of: stage.stage.name) ?? stage.evaluate(on: .test, stage: stage.stage.name)
    }

    /// Trains, or continues, and scores. What was done already is not done again.
    ///
    /// - Throws: as ``train(observer:shouldStop:)`` and ``scores()``.
    public func perform(
        observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> RunResult {
        try train(observer: observer, shouldStop: shouldStop)
        return try scores()
    }

    private final class Listener: TrainingObserver {
        private let observer: MethodObserver

        init(_ observer: @escaping MethodObserver) { self.observer = observer }

        func observe(_ event: TrainingEvent) { observer(.training(event)) }
    }
}
