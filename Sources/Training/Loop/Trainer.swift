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
        /// The name of the stage and of its folder.
        public var stage: String
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
        /// What the published training does not have.
        public var recipe: TrainerRecipe
        /// What orders depend on.
        public var seed: UInt64

        /// Names all settings.
        public init(
            stage: String, epochs: Int, adam: Adam.Settings, patience: Int? = nil, epochBatches: Int? = nil,
            samples: Int? = nil, regularisation: Regularisation = Regularisation(),
            recipe: TrainerRecipe = TrainerRecipe(), seed: UInt64
        ) {
            self.stage = stage
            self.epochs = epochs
            self.adam = adam
            self.patience = patience
            self.epochBatches = epochBatches
            self.samples = samples
            self.regularisation = regularisation
            self.recipe = recipe
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
    private let objectives: [String: TaskObjective]
    private let settings: Settings
    private let store: CheckpointStore
    private let log: MetricsLog
    private let observers: [any TrainingObserver]
    private let optimiser: Adam
    /// The mean that is validated and kept; the parameters themselves are when there is none.
    private let average: ParameterAverage?
    private let decay: DecoupledDecay?
    private let validation: ValidationScoring
    /// Task → what its loss is divided by.
    private let lossUnits: [String: Double]
    private var state: Checkpoint.State
    private var waited = Duration.zero
    /// Whether the folder of the stage holds the state: nothing was done since it was saved, or since the seed.
    private var isSaved = true
    private var pathsOfTasks: [Set<String>: [String]] = [:]

    /// Prepares a stage; it continues from the latest checkpoint of its folder.
    ///
    /// - Throws: an error that names the file when the checkpoint does not fit the model.
    public init(
        _ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective], settings: Settings,
        store: CheckpointStore, log: MetricsLog, observers: [any TrainingObserver] = []
    ) throws {
        self.model = model
        self.tasks = tasks
        self.objectives = objectives
        self.settings = settings
        self.store = store
        self.log = log
        self.observers = observers
        var adam = settings.adam
        if settings.recipe.isDecayDecoupled { adam.weightDecay = 0 }
        optimiser = try Adam(model.parameters, settings: adam)
        decay =
            settings.recipe.isDecayDecoupled
            ? DecoupledDecay(model.parameters, decay: settings.adam.weightDecay) : nil
        validation = try ValidationScoring(
            model, tasks: tasks, objectives: objectives, recipe: settings.recipe, samples: settings.samples,
            seed: settings.seed)
        lossUnits = try settings.recipe.lossUnits(
            tasks, objectives: objectives, samples: settings.samples, seed: settings.seed)
        average =
            try settings.regularisation.averaging > 0
            ? ParameterAverage(of: model.parameters, decay: settings.regularisation.averaging) : nil
        if let checkpoint = try store.latest() {
            try checkpoint.restore(model, optimiser, average)
            state = checkpoint.state
        } else {
            state = Checkpoint.State(stage: settings.stage, epoch: 0, step: 0, stepCounts: [:])
        }
        // Without a checkpoint the start was not written down for good either.
        try log.truncate(stage: settings.stage, after: state.bestEpoch == nil ? -1 : state.epoch)
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
        if settings.recipe.countsStart, state.epoch == 0, state.step == 0, state.bestEpoch == nil { try scoreStart() }
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
        let orders = Dictionary(
            uniqueKeysWithValues: tasks.map { task in
                let order = BatchOrder(
                    rows: task.rows(of: .train), batch: task.batch, seed: settings.seed, purpose: task.name,
                    most: settings.samples)
                return (task.name, Array(order.shuffled(epoch: state.epoch).prefix(settings.epochBatches ?? .max)))
            })
        let readers = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, BatchReader($0, split: .train)) })
        let dropouts = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, inputDropouts(of: $0)) })
        let schedule = EpochSchedule(batches: orders.mapValues(\.count), pacing: settings.recipe.pacing)
        let first = state.step
        guard first <= schedule.steps else {
            throw RunError("the checkpoint stands at step \(first), but an epoch has \(schedule.steps) steps")
        }
        let summaries = settings.recipe.summaries
        let steps = Prefetcher(count: schedule.steps - first) { index in
            try schedule.batch(at: first + index).reduce(into: StepBatches()) { step, entry in
                guard let reader = readers[entry.key], let rows = orders[entry.key]?[entry.value],
                    let dropout = dropouts[entry.key]
                else { return }
                let batch = try dropout.modalities.applied(to: reader.batch(rows))
                // Tokens are hidden from the model only: statistics of few of them would be noise.
                step.offsets[entry.key] = try summaries[entry.key]?.offsets(batch)
                step.batches[entry.key] = try dropout.tokens.applied(to: batch)
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
            let losses = try step(batches, of: schedule.steps)
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

    private func inputDropouts(of task: OpenedTask) -> (modalities: ModalityDropout, tokens: TokenDropout) {
        let purpose = "\(task.name)/\(state.epoch)"
        return (
            ModalityDropout(share: task.modalityDropout, seed: settings.seed, purpose: purpose),
            TokenDropout(share: settings.regularisation.tokenDropout, seed: settings.seed, purpose: purpose)
        )
    }

    /// The next batches; the time that the loop waits for them is measured.
    private func nextStep(_ steps: Prefetcher<StepBatches>) throws -> StepBatches? {
        let clock = ContinuousClock()
        let start = clock.now
        defer { waited += clock.now - start }
        return try steps.next()
    }

    /// One update from the weighted losses of all tasks that take part.
    private func step(_ prepared: StepBatches, of steps: Int) throws -> [String: Double] {
        let device = model.parameters.device
        let batches = prepared.batches
        let done = state.epoch * steps + state.step
        optimiser.settings.learningRate =
            settings.adam.learningRate
            * settings.recipe.learningRate(
                at: Double(done) / Double(max(1, settings.epochs * steps)), settings.regularisation.schedule)
        let dropout = FeatureDropout(
            share: settings.regularisation.featureDropout, seed: settings.seed, purpose: "\(state.epoch)/\(state.step)")
        let inputs = try batches.mapValues { try TaskInput($0, device: device) }
        try model.parameters.clearGradients()
        let latentDropout = FeatureDropout(
            share: settings.recipe.dropout, seed: settings.seed, purpose: "latents/\(state.epoch)/\(state.step)")
        let logits = try model.forward(
            inputs, dropout: dropout, latentDropout: latentDropout,
            offsets: prepared.offsets.mapValues { try $0.to(device: device) }, isCalibrated: false
        ).logits
        var total: Tensor?
        var losses: [String: Tensor] = [:]
        for task in tasks {
            guard let batch = batches[task.name], let outputs = logits[task.name],
                let objective = objectives[task.name]
            else { continue }
            let loss = try objective.loss(outputs, batch.target.to(device: device))
            losses[task.name] = loss
            let weighted = try loss * (task.task.weight / (lossUnits[task.name] ?? 1))
            total = try total.map { try $0 + weighted } ?? weighted
        }
        let values = try losses.mapValues { try $0.item() }
        for (task, value) in values.sorted(by: { $0.key < $1.key }) where !value.isFinite {
            throw TrainingError(
                "the loss of task '\(task)' is \(value) in epoch \(state.epoch + 1), step \(state.step + 1); "
                    + "a lower training.learning_rate may help")
        }
        try total?.backward()
        let involved = paths(of: Set(batches.keys))
        if settings.recipe.clip > 0 { try GradientClipping.apply(model.parameters, limit: settings.recipe.clip) }
        try decay?.step(involved, learningRate: optimiser.settings.learningRate)
        try optimiser.step(involved)
        try average?.update(step: done)
        return values
    }

    private func paths(of names: Set<String>) -> [String] {
        if let known = pathsOfTasks[names] { return known }
        let paths = model.parameterPaths(of: names)
        pathsOfTasks[names] = paths
        return paths
    }

    /// What is validated and kept: the mean of parameters where there is one.
    private func withKeptParameters<Result>(_ body: () throws -> Result) throws -> Result {
        try average.map { try $0.inPlace(body) } ?? body()
    }

    /// Scores the parameters that the stage starts from, as epoch 0.
    private func scoreStart() throws {
        let record = try withKeptParameters { try keepIfBest(epoch: 0) }
        try log.observe(.epochEnded(record, epochs: settings.epochs))
        try tell(.epochEnded(record, epochs: settings.epochs))
    }

    /// Validates the parameters, and keeps them where they are the best so far.
    private func keepIfBest(epoch: Int) throws -> EpochRecord {
        let scored = try validation.scores()
        let isBest = state.bestScore.map { scored.score > $0 } ?? true
        let losses = state.lossSums.map { ($0, $1 / Double(max(1, state.lossCounts[$0] ?? 1))) }
        if isBest {
            state.bestScore = scored.score
            state.bestEpoch = epoch
            try store.saveBest(model)
        }
        return EpochRecord(
            stage: settings.stage, epoch: epoch, trainingLoss: Dictionary(uniqueKeysWithValues: losses),
            validation: scored.tasks, score: scored.score, isBest: isBest)
    }

    private func endEpoch() throws {
        let record = try withKeptParameters { try keepIfBest(epoch: state.epoch + 1) }
        state.epoch += 1
        state.step = 0
        state.lossSums = [:]
        state.lossCounts = [:]
        // The record goes first: a run that dies in between repeats the epoch and drops the record.
        try log.observe(.epochEnded(record, epochs: settings.epochs))
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

/// A training that cannot go on, told in one line.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
    /// The one line.
    public var description: String

    init(_ description: String) { self.description = description }
}

/// The batches of one step, and what summary paths add to the outputs of their tasks.
struct StepBatches: Sendable {
    var batches: [String: Batch] = [:]
    var offsets: [String: Tensor] = [:]
}
