import Parallel
import Torch
import Training

/// The interruptible training of one stage of a run, and its scores on the test splits.
public struct StageTraining {
    /// The stage with its model.
    public private(set) var stage: StageRun

    private let run: RunDirectory

    /// Builds the model of a stage.
    ///
    /// - Parameters:
    ///   - stage: The stage.
    ///   - data: The suite with its data.
    ///   - run: The run whose folder keeps the results.
    ///   - device: The device to train on.
    /// - Throws: `ModelError`, `ConfigurationError` or `DatasetError` that names the tensor or
    ///   suite key when something does not fit; `RunError` when the folder contains something else.
    public init(_ stage: Stage, of data: OpenedSuite, run: RunDirectory, device: Device) throws {
        self.stage = try StageRun(stage, of: data, run: run, device: device)
        self.run = run
    }

    /// Sets the parameters that stage 1 takes from another run, and those that keep their values.
    mutating func start(from start: TransferredStart?, freezing frozen: Set<String>) {
        stage.start = start
        stage.frozen = frozen
    }

    /// Trains the stage, or resumes its training.
    ///
    /// - Parameters:
    ///   - observer: Receives the events.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: ``Interruption`` when `shouldStop` returned true; `TrainingError` that names the
    ///   task when a loss is not finite; `RunError`, `ConfigurationError` or `FileError` when
    ///   training cannot start or resume.
    public func train(observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }) throws {
        observer(.opened(stage))
        let outcome = try stage.train(observers: [Listener(observer)], shouldStop: shouldStop)
        if case .interrupted(let epoch, let step) = outcome {
            throw Interruption.training(epoch: epoch, step: step, run: run.path)
        }
    }

    /// Returns the scores of the best parameters on the test splits, and keeps them in the run.
    ///
    /// Saved scores always belong to these parameters. The trainer deletes them before other
    /// parameters can become the best, and a folder never mixes stages of different suites or
    /// groups.
    ///
    /// - Throws: `RunError` when the stage has no trained parameters; `FileError` or `DatasetError`
    ///   that names the file when one cannot be read.
    public func scores() throws -> RunResult {
        try Team.current.fromLead {
            try run.result(of: stage.stage.name) ?? stage.evaluate(on: .test, stage: stage.stage.name)
        }
    }

    /// Trains the stage, or resumes, and returns its scores. Finished work is not repeated.
    ///
    /// - Parameters:
    ///   - usesTest: False to score the validation splits and leave the test splits unread.
    ///   - observer: Receives the events.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: The errors of ``train(observer:shouldStop:)`` and ``scores()``.
    public func perform(
        usesTest: Bool = true, observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> RunResult {
        try train(observer: observer, shouldStop: shouldStop)
        guard !usesTest else { return try scores() }
        return try Team.current.fromLead { try stage.evaluate(on: .valid, stage: stage.stage.name) }
    }

    private final class Listener: TrainingObserver {
        private let observer: MethodObserver

        init(_ observer: @escaping MethodObserver) { self.observer = observer }

        func observe(_ event: TrainingEvent) { observer(.training(event)) }
    }
}
