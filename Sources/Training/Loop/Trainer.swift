import Files
import HighMMT
import Multimodal
import Parallel
import Torch

/// The multitask training loop, in which all tasks of a suite train one model.
///
/// It follows stage 1 of the paper's algorithm. Adam minimises the weighted sum of task losses, and
/// tasks with fewer batches join later in the epoch. The parameters of the epoch with the best
/// ``EpochRecord/score`` are kept. The processes of a team train one model together.
public final class Trainer {
    /// The settings of one stage of training.
    public struct Settings: Sendable {
        /// The stage to train.
        public var stage: TrainingStage
        /// The total number of epochs, including those of earlier runs of this stage.
        public var epochs: Int
        /// The settings of the Adam optimiser.
        public var adam: Adam.Settings
        /// The number of epochs without a better score after which the stage ends; `nil` never ends
        /// it early.
        public var patience: Int?
        /// The largest number of batches of a task per epoch, different ones in every epoch; `nil`
        /// uses all.
        public var epochBatches: Int?
        /// The largest number of training rows of a task, the same ones in every epoch; `nil` uses
        /// all.
        public var samples: Int?
        /// The parts of training that the published recipe lacks.
        public var recipe: TrainerRecipe
        /// The paths of the parameters that keep their initial values.
        public var frozen: Set<String> = []
        /// Task → its validation loss before any training, against which its gain counts; `nil` for
        /// the losses at the start of the stage.
        public var startLosses: [String: Double]?
        /// The seed of the sample orders and of dropout.
        public var seed: UInt64

        /// Creates settings.
        public init(
            stage: TrainingStage, epochs: Int, adam: Adam.Settings, patience: Int? = nil, epochBatches: Int? = nil,
            samples: Int? = nil, recipe: TrainerRecipe = TrainerRecipe(), seed: UInt64
        ) {
            self.stage = stage
            self.epochs = epochs
            self.adam = adam
            self.patience = patience
            self.epochBatches = epochBatches
            self.samples = samples
            self.recipe = recipe
            self.seed = seed
        }
    }

    /// The outcome of a stage.
    public enum Outcome: Equatable, Sendable {
        /// All epochs are done, or patience ran out. The best epoch is counted from 1.
        case finished(bestEpoch: Int?)
        /// The stage stopped on request. The checkpoint of this epoch and step, counted from 0, has
        /// been saved.
        case interrupted(epoch: Int, step: Int)
    }

    /// The processes that train together.
    let team = Team.current
    /// The parameters of the model.
    var parameters: ParameterStore { model.parameters }

    let model: any MultitaskModel
    let tasks: [OpenedTask]
    let settings: Settings
    let store: CheckpointStore
    private let log: MetricsLog
    /// The paths of files with results of the best parameters of the stage.
    private let resultPaths: [String]
    private let observers: [any TrainingObserver]
    let optimiser: Adam
    let step: TrainingStep
    /// The mean of the parameters that is validated and saved; `nil` uses the parameters
    /// themselves.
    let average: ParameterAverage?
    private let validation: ValidationScoring
    /// The source of factors that change between epochs; `nil` keeps all at 1.
    private let lossFactors: LossFactors?
    var state: Checkpoint.State
    private var waited = Duration.zero
    /// The messages about damaged files.
    private let problems: [String]
    /// The norm of the gradients in the last update of the latest epoch.
    private var gradientNorm = 0.0
    /// True when the folder of the stage holds the current state.
    private var isSaved = true

    /// Creates a trainer, which resumes from the latest intact checkpoint of the stage. Damaged
    /// ones are removed.
    ///
    /// - Parameters:
    ///   - model: The model to train.
    ///   - tasks: The tasks to train on.
    ///   - objectives: Task → objective.
    ///   - settings: The settings of the stage.
    ///   - store: The checkpoints of the stage.
    ///   - log: The log of epochs.
    ///   - resultPaths: The paths of files with results of the best parameters. They are deleted
    ///     before other parameters can become the best.
    ///   - observers: The observers of the run.
    /// - Throws: ``RunError`` that names the damaged files when no intact checkpoint is left;
    ///   `FileError` when the folder cannot be read or written; `TorchError` when the checkpoint
    ///   does not fit the model.
    public init(
        _ model: any MultitaskModel, tasks: [OpenedTask], objectives: [String: TaskObjective], settings: Settings,
        store: CheckpointStore, log: MetricsLog, resultPaths: [String] = [], observers: [any TrainingObserver] = []
    ) throws {
        self.model = model
        self.tasks = tasks
        self.settings = settings
        self.store = store
        self.log = log
        self.resultPaths = resultPaths
        self.observers = observers
        let recipe = settings.recipe
        var adam = settings.adam
        if recipe.isDecayDecoupled { adam.weightDecay = 0 }
        optimiser = try Adam(model.parameters, settings: adam)
        validation = try ValidationScoring(
            model, tasks: tasks, objectives: objectives, recipe: recipe, samples: settings.samples, seed: settings.seed)
        average =
            try recipe.averaging > 0 ? ParameterAverage(of: model.parameters, decay: recipe.averaging) : nil
        let units = try recipe.lossUnits(
            tasks, objectives: objectives, samples: settings.samples, seed: settings.seed)
        let losses = tasks.compactMap { task in
            objectives[task.name].map {
                TaskLoss(task.name, weight: task.task.weight / (units[task.name] ?? 1), objective: $0)
            }
        }
        lossFactors =
            losses.count > 1 && !recipe.separatesTasks && recipe.balance == .generalisation
            ? LossFactors(trainingChance: units, validationChance: validation.chance) : nil
        step = TrainingStep(
            model, losses: losses, optimiser: optimiser, average: average,
            decay: recipe.isDecayDecoupled
                ? DecoupledDecay(model.parameters, decay: settings.adam.weightDecay) : nil, clip: recipe.clip,
            clipsTasksApart: recipe.separatesTasks, frozen: settings.frozen)
        step.team = team
        let resumption = try team.isLead ? store.resumption() : CheckpointStore.Resumption()
        problems = resumption.problems
        var state = Checkpoint.State(stage: settings.stage, epoch: 0, step: 0, stepCounts: [:])
        state.startLosses = settings.startLosses
        if let checkpoint = resumption.checkpoint {
            try checkpoint.restore(model, optimiser, average)
            state = checkpoint.state
            try store.remove(resumption.rejected)
            try store.removeOutdated()
        }
        state = try Self.share(state, of: model, optimiser, average, in: team)
        self.state = state
        step.factors = state.lossFactors ?? [:]
        // Without a checkpoint, the record of the start is written again as well.
        if team.isLead { try log.truncate(stage: settings.stage, after: state.bestEpoch == nil ? -1 : state.epoch) }
    }

    /// Trains until all epochs are done, patience runs out, or `shouldStop` returns true, in a team
    /// on any process.
    ///
    /// - Parameter shouldStop: Returns true to stop; called before each step.
    /// - Throws: ``TrainingError`` when a loss is not finite; ``RunError`` when the checkpoint does
    ///   not fit the epoch; `FileError` or `DatasetError` that names the file when one cannot be
    ///   read or written; `TeamError` when the processes of a team cannot go on together; the
    ///   errors of observers.
    public func run(shouldStop: () -> Bool = { false }) throws -> Outcome {
        if !problems.isEmpty { try tell(.recovered(problems.joined(separator: "; "))) }
        try tell(.began(stage: settings.stage, epoch: state.epoch, epochs: settings.epochs, step: state.step))
        let clock = ContinuousClock()
        let start = clock.now
        waited = .zero
        let waitedForTeam = team.secondsWaited
        if settings.recipe.countsStart, state.epoch == 0, state.step == 0, state.bestEpoch == nil { try scoreStart() }
        try saveStart()
        while state.epoch < settings.epochs, !isOutOfPatience {
            do {
                if let outcome = try trainEpoch(shouldStop) { return outcome }
            } catch let value as NonFiniteValue {
                try goBack(value)
                continue
            }
            try endEpoch()
        }
        try tell(
            .measured(
                loop: clock.now - start, waitingForData: waited,
                waitingForRanks: .seconds(team.secondsWaited - waitedForTeam)))
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
        let schedule = EpochSchedule(batches: feeds.mapValues(\.count), pacing: settings.recipe.pacing)
        let first = state.step
        guard first <= schedule.steps else {
            throw RunError(
                "\(store.folder): the checkpoint is at step \(first), but an epoch has only \(schedule.steps) steps")
        }
        let (rank, size) = (team.rank, team.size)
        let steps = Prefetcher(count: schedule.steps - first) { index in
            let whole = try schedule.batch(at: first + index).reduce(into: [String: Batch]()) { step, entry in
                step[entry.key] = try feeds[entry.key]?.batch(entry.value)
            }
            return try StepBatches(whole, rank: rank, size: size)
        }
        defer { steps.cancel() }
        let clock = ContinuousClock()
        let start = clock.now
        let waitedForTeam = team.secondsWaited
        while let batches = try nextStep(steps) {
            if try team.any(shouldStop()) {
                if !isSaved {
                    let path = try save()
                    try tell(.saved(path: path))
                }
                return .interrupted(epoch: state.epoch, step: state.step)
            }
            let losses = try updateOrSkip(batches, of: schedule.steps)
            for (task, loss) in losses {
                state.lossSums[task, default: 0] += loss
                state.lossCounts[task, default: 0] += 1
            }
            state.step += 1
            isSaved = false
            try tell(.stepped(epoch: state.epoch, step: state.step, steps: schedule.steps, losses: losses))
        }
        if schedule.steps > first {
            let busy = (clock.now - start) / .seconds(1) - (team.secondsWaited - waitedForTeam)
            try team.comparePace(busy / Double(schedule.steps - first))
            try tell(
                .updated(
                    EpochUpdates(
                        learningRate: optimiser.settings.learningRate, gradientNorm: gradientNorm,
                        secondsPerStep: (clock.now - start) / .seconds(1) / Double(schedule.steps - first))))
        }
        return nil
    }

    /// Returns the next batches, and measures the time of waiting for them.
    private func nextStep(_ steps: Prefetcher<StepBatches>) throws -> StepBatches? {
        let clock = ContinuousClock()
        let start = clock.now
        defer { waited += clock.now - start }
        return try steps.next()
    }

    /// Performs one update, or leaves out a step that is not finite when the suite says so.
    private func updateOrSkip(_ batches: StepBatches, of steps: Int) throws -> [String: Double] {
        do {
            return try update(batches, of: steps)
        } catch let value as NonFiniteValue where settings.recipe.nonFinite != .lower {
            let text = place(of: value)
            let skipped = (state.skipped ?? 0) + 1
            guard settings.recipe.nonFinite == .skip else {
                throw TrainingError("\(text); a lower training.learning_rate or training.nonfinite=skip may help")
            }
            guard skipped < steps else {
                throw TrainingError("\(text); no step of the epoch was finite, so leaving them out does not help")
            }
            state.skipped = skipped
            try tell(.skipped("\(text); the step is left out"))
            return [:]
        }
    }

    /// Performs one update from the weighted losses of all tasks in the step, and returns the
    /// losses. The norm of the gradients is measured in the last update of an epoch.
    func update(_ batches: StepBatches, of steps: Int) throws -> [String: Double] {
        let device = model.parameters.device
        let done = state.epoch * steps + state.step
        optimiser.settings.learningRate =
            settings.adam.learningRate * learningRateFactor
            * settings.recipe.learningRate(at: Double(done) / Double(max(1, settings.epochs * steps)))
        var dropout = FeatureDropout(
            share: settings.recipe.featureDropout, seed: settings.seed, purpose: "\(state.epoch)/\(state.step)")
        var latentDropout = FeatureDropout(
            share: settings.recipe.dropout, seed: settings.seed, purpose: "latents/\(state.epoch)/\(state.step)")
        if dropout.share > 0 || latentDropout.share > 0 { dropout.parts = try batches.parts() }
        latentDropout.parts = dropout.parts
        var input = StepInput(
            try batches.own.mapValues { try TaskInput($0, device: device) },
            targets: try batches.own.mapValues { try $0.target.to(device: device) })
        input.dropout = dropout
        input.latentDropout = latentDropout
        input.weights = try batches.own.compactMapValues { try $0.weights(on: device) }
        input.shares = batches.isWhole ? nil : batches.shares
        return try step(
            input, done: done,
            gradientNorm: state.step + 1 == steps ? { self.gradientNorm = $0 } : nil)
    }

    /// Runs `body` with the parameters that are validated and saved: their mean, if there is one.
    private func withKeptParameters<Result>(_ body: () throws -> Result) throws -> Result {
        try average.map { try $0.inPlace(body) } ?? body()
    }

    /// Scores the initial parameters of the stage, as epoch 0.
    private func scoreStart() throws {
        let record = try keepIfBest(epoch: 0)
        state.startLosses = state.startLosses ?? record.validation.mapValues(\.loss)
        try log.append(record)
        try tell(.epochEnded(record, epochs: settings.epochs))
    }

    /// Validates the parameters, and saves them when they are the best so far.
    private func keepIfBest(epoch: Int) throws -> EpochRecord {
        // Results of the best parameters are deleted before this epoch can become the best.
        if team.isLead { for path in resultPaths { try Folder.remove(path) } }
        return try withKeptParameters {
            let scored = try validation.scores()
            let losses = state.lossSums.map { ($0, $1 / Double(max(1, state.lossCounts[$0] ?? 1))) }
            let isBest =
                settings.recipe.separatesTasks
                ? try keepImproved(scored, epoch: epoch) : try keepIfBest(scored, epoch: epoch)
            return EpochRecord(
                stage: settings.stage, epoch: epoch, trainingLoss: Dictionary(uniqueKeysWithValues: losses),
                lossFactors: state.lossFactors, validation: scored.tasks, skipped: state.skipped, score: scored.score,
                isBest: isBest)
        }
    }

    private func keepIfBest(_ scored: ValidationScoring.Scores, epoch: Int) throws -> Bool {
        if let best = state.bestScore, scored.score <= best { return false }
        state.bestScore = scored.score
        state.bestEpoch = epoch
        if team.isLead { try store.saveBest(model) }
        return true
    }

    /// Saves the parameters of the tasks that are better than ever.
    ///
    /// The best epoch is then the last one in which any task improved.
    private func keepImproved(_ scored: ValidationScoring.Scores, epoch: Int) throws -> Bool {
        var best = state.taskScores ?? [:]
        let improved = scored.parts.filter { task, score in best[task].map { score > $0 } ?? true }
        guard !improved.isEmpty || state.bestEpoch == nil else { return false }
        best.merge(improved) { $1 }
        // Epochs of an earlier version's scores are unknown, and stay so.
        if state.taskScores == nil || state.taskEpochs != nil {
            state.taskEpochs = (state.taskEpochs ?? [:]).merging(improved.mapValues { _ in epoch }) { $1 }
        }
        state.taskScores = best
        state.bestScore = best.values.reduce(0, +) / Double(max(1, best.count))
        state.bestEpoch = epoch
        if team.isLead { try store.saveBest(model, of: Set(improved.keys)) }
        return true
    }

    func endEpoch() throws {
        try checkEqualParameters()
        let record = try keepIfBest(epoch: state.epoch + 1)
        state.epoch += 1
        state.step = 0
        state.lossSums = [:]
        state.lossCounts = [:]
        state.lossFactors = lossFactors?.next(after: record, start: state.startLosses ?? [:])
        step.factors = state.lossFactors ?? [:]
        state.skipped = nil
        // The record is written before the checkpoint. A run that dies in between repeats the epoch
        // and drops the record.
        try log.append(record)
        let path = try save()
        try tell(.epochEnded(record, epochs: settings.epochs))
        try tell(.saved(path: path))
    }

    @discardableResult
    func save() throws -> String {
        state.stepCounts = optimiser.stepCounts
        let path = try team.isLead ? store.save(state, model, optimiser, average) : store.folder
        isSaved = true
        return path
    }

    func tell(_ event: TrainingEvent) throws {
        for observer in observers { try observer.observe(event) }
    }
}
