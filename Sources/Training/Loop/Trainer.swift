import Foundation
import HighMMT
import Multimodal
import Torch

/// The multitask loop: all tasks of a suite train one model.
///
/// Source: "Training", stage 1: the weighted sum of task losses, Adam, tasks with fewer batches joining late in the epoch;
/// the parameters with the best summed validation score are kept.
public final class Trainer {
    /// What one stage of training needs to know.
    public struct Settings: Sendable {
        /// The stage.
        public var stage: TrainingStage
        /// Epochs in all, those of earlier runs of this stage included.
        public var epochs: Int
        /// Adam's settings.
        public var adam: Adam.Settings
        /// Epochs without a better score after which the stage ends; never when nothing is given.
        public var patience: Int?
        /// The most batches of a task in an epoch, others in every epoch; all when nothing is given.
        public var epochBatches: Int?
        /// The most rows of a task that are seen at all; all when nothing is given.
        public var samples: Int?
        /// What keeps the model from learning small datasets by heart.
        public var regularisation: Regularisation
        /// What orders depend on.
        public var seed: UInt64

        /// Names all settings.
        public init(
            stage: TrainingStage, epochs: Int, adam: Adam.Settings, patience: Int? = nil, epochBatches: Int? = nil,
            samples: Int? = nil, regularisation: Regularisation = Regularisation(), seed: UInt64
        ) {
            self.stage = stage
            self.epochs = epochs
            self.adam = adam
            self.patience = patience
            self.epochBatches = epochBatches
            self.samples = samples
            self.regularisation = regularisation
            self.seed = seed
        }
    }

    /// How a stage ended.
    public enum Outcome: Equatable, Sendable {
        /// All epochs are done, or patience ended.
        case finished(bestEpoch: Int?)
        /// It was asked to stop; a checkpoint of this step is there.
        case interrupted(epoch: Int, step: Int)
    }

    private let model: HighMMTModel
    private let tasks: [OpenedTask]
    private let settings: Settings
    private let store: CheckpointStore
    private let log: MetricsLog
    /// Files that say what the best parameters of the stage score or cost.
    private let resultPaths: [String]
    private let observers: [any TrainingObserver]
    private let optimiser: Adam
    private let step: TrainingStep
    /// The mean that is validated and kept; the parameters themselves are when there is none.
    private let average: ParameterAverage?
    private let evaluator: Evaluator
    private var state: Checkpoint.State
    private var waited = Duration.zero
    /// Whether the folder of the stage holds the state: nothing was done since it was saved, or since the seed.
    private var isSaved = true

    /// Prepares a stage; it continues from the latest checkpoint of its folder.
    ///
    /// - Parameter resultPaths: files that say what the best parameters of the stage score or cost; they are removed before
    ///   other parameters can take their place.
    /// - Throws: an error that names the file when the checkpoint does not fit the model.
    public init(
        _ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective], settings: Settings,
        store: CheckpointStore, log: MetricsLog, resultPaths: [String] = [], observers: [any TrainingObserver] = []
    ) throws {
        self.model = model
        self.tasks = tasks
        self.settings = settings
        self.store = store
        self.log = log
        self.resultPaths = resultPaths
        self.observers = observers
        optimiser = try Adam(model.parameters, settings: settings.adam)
        evaluator = Evaluator(model, tasks: tasks, objectives: objectives)
        average =
            try settings.regularisation.averaging > 0
            ? ParameterAverage(of: model.parameters, decay: settings.regularisation.averaging) : nil
        let losses = tasks.compactMap { task in
            objectives[task.name].map { TaskLoss(task.name, weight: task.task.weight, loss: $0.loss) }
        }
        step = TrainingStep(model, losses: losses, optimiser: optimiser, average: average)
        if let checkpoint = try store.latest() {
            try checkpoint.restore(model, optimiser, average)
            state = checkpoint.state
        } else {
            state = Checkpoint.State(stage: settings.stage, epoch: 0, step: 0, stepCounts: [:])
        }
        try log.truncate(stage: settings.stage, after: state.epoch)
    }

    /// Trains until all epochs are done, patience ends, or `shouldStop` says so.
    ///
    /// - Throws: ``TrainingError`` when a loss is not finite; an error that names the file when one cannot be read or
    ///   written.
    public func run(shouldStop: () -> Bool = { false }) throws -> Outcome {
        try tell(.began(stage: settings.stage, epoch: state.epoch, epochs: settings.epochs, step: state.step))
        let clock = ContinuousClock()
        let start = clock.now
        waited = .zero
        while state.epoch < settings.epochs, !isOutOfPatience {
            if let outcome = try trainEpoch(shouldStop) { return outcome }
            try endEpoch()
        }
        try tell(.measured(loop: clock.now - start, waitingForData: waited))
        try tell(.finished(stage: settings.stage, bestEpoch: state.bestEpoch, score: state.bestScore))
        return .finished(bestEpoch: state.bestEpoch)
    }

    private var isOutOfPatience: Bool {
        guard let patience = settings.patience, let best = state.bestEpoch else { return false }
        return state.epoch - best >= patience
    }

    private func trainEpoch(_ shouldStop: () -> Bool) throws -> Outcome? {
        let epoch = state.epoch
        let feeds = Dictionary(
            uniqueKeysWithValues: tasks.map { ($0.name, TaskFeed($0, epoch: epoch, settings: settings)) })
        let schedule = EpochSchedule(batches: feeds.mapValues(\.count))
        let first = state.step
        guard first <= schedule.steps else {
            throw RunError("the checkpoint stands at step \(first), but an epoch has \(schedule.steps) steps")
        }
        let steps = Prefetcher(count: schedule.steps - first) { index in
            try schedule.batch(at: first + index).reduce(into: [String: Batch]()) { batches, entry in
                batches[entry.key] = try feeds[entry.key]?.batch(entry.value)
            }
        }
        defer { steps.cancel() }
        while let batches = try nextStep(steps) {
            if shouldStop() {
                if !isSaved {
                    let path = try save()
                    try tell(.saved(path: path))
                }
                return .interrupted(epoch: state.epoch, step: state.step)
            }
            let losses = try update(batches, of: schedule.steps)
            for (task, loss) in losses {
                state.lossSums[task, default: 0] += loss
                state.lossCounts[task, default: 0] += 1
            }
            state.step += 1
            isSaved = false
            try tell(.stepped(epoch: state.epoch, step: state.step, steps: schedule.steps, losses: losses))
        }
        return nil
    }

    /// The next batches; the time that the loop waits for them is measured.
    private func nextStep(_ steps: Prefetcher<[String: Batch]>) throws -> [String: Batch]? {
        let clock = ContinuousClock()
        let start = clock.now
        defer { waited += clock.now - start }
        return try steps.next()
    }

    /// One update from the weighted losses of all tasks that take part.
    private func update(_ batches: [String: Batch], of steps: Int) throws -> [String: Double] {
        let device = model.parameters.device
        let done = state.epoch * steps + state.step
        optimiser.settings.learningRate =
            settings.adam.learningRate
            * settings.regularisation.schedule.factor(at: Double(done) / Double(max(1, settings.epochs * steps)))
        let dropout = FeatureDropout(
            share: settings.regularisation.featureDropout, seed: settings.seed, purpose: "\(state.epoch)/\(state.step)")
        do {
            return try step(
                batches.mapValues { try TaskInput($0, device: device) },
                targets: batches.mapValues { try $0.target.to(device: device) }, dropout: dropout, done: done)
        } catch let loss as NonFiniteLoss {
            throw TrainingError(
                "\(loss) in epoch \(state.epoch + 1), step \(state.step + 1); a lower training.learning_rate may help")
        }
    }

    /// What is validated and kept: the mean of parameters where there is one.
    private func withKeptParameters<Result>(_ body: () throws -> Result) throws -> Result {
        try average.map { try $0.inPlace(body) } ?? body()
    }

    private func endEpoch() throws {
        // What is said of the best parameters goes before this epoch's can become the best.
        for path in resultPaths { try? FileManager.default.removeItem(atPath: path) }
        let validation = try withKeptParameters { try evaluator.scores(on: .valid) }
        let score = evaluator.summedScore(validation)
        let isBest = state.bestScore.map { score > $0 } ?? true
        let losses = state.lossSums.map { ($0, $1 / Double(max(1, state.lossCounts[$0] ?? 1))) }
        let record = EpochRecord(
            stage: settings.stage, epoch: state.epoch + 1, trainingLoss: Dictionary(uniqueKeysWithValues: losses),
            validation: validation, score: score, isBest: isBest)
        state.epoch += 1
        state.step = 0
        state.lossSums = [:]
        state.lossCounts = [:]
        if isBest {
            state.bestScore = score
            state.bestEpoch = state.epoch
            try withKeptParameters { try store.saveBest(model) }
        }
        // The record goes first: a run that dies in between repeats the epoch and drops the record.
        try log.append(record)
        let path = try save()
        try tell(.epochEnded(record, epochs: settings.epochs))
        try tell(.saved(path: path))
    }

    private func save() throws -> String {
        state.stepCounts = optimiser.stepCounts
        let path = try store.save(state, model, optimiser, average)
        isSaved = true
        return path
    }

    private func tell(_ event: TrainingEvent) throws {
        for observer in observers { try observer.observe(event) }
    }
}
