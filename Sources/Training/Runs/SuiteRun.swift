import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// A suite with its data opened and its model made, ready to train.
public struct SuiteRun {
    /// The tasks that are trained, in the order of their names.
    public let tasks: [OpenedTask]
    /// The model.
    public let model: HighMMTModel

    /// The suite.
    public let suite: Suite
    let run: RunDirectory
    let objectives: [String: TaskObjective]
    /// What is trained.
    public let stage: TrainingStage

    /// Opens and checks all data, makes the model, and checks that the folder of the run is free or this suite's.
    ///
    /// Nothing is written.
    ///
    /// - Parameters:
    ///   - groups: the groups of stage 2; stage 1, with the groups of the suite, when nothing is given.
    ///   - keptPairs: the names `task/first+second` of the pairs that meet in stage 2; all when nothing is given.
    ///   - isPruned: whether this is the model that stands beside stage 2 to be compared with it.
    /// - Throws: an error that names the file, tensor or suite key when something does not fit.
    public init(
        suite: Suite, dataRoot: String, run: RunDirectory, device: Device, groups: Sharing? = nil,
        keptPairs: [String]? = nil, isPruned: Bool = false
    ) throws {
        let every = try suite.open(dataRoot: dataRoot)
        let tasks = every.filter { $0.task.role == .train }
        guard !tasks.isEmpty else {
            throw ConfigurationError(file: suite.file, key: "tasks", reason: "none has the role train")
        }
        var checked: Set<String> = []
        for task in tasks where checked.insert(task.dataset.folder).inserted { try task.dataset.validate() }
        let suite = suite.resolved(for: every)
        var configuration = SuiteModel.configuration(of: suite, tasks: SuiteModel.shapes(of: every, in: suite))
        configuration.learnsPlaceholders = SuiteModel.hasGaps(tasks)
        model = try HighMMTModel(
            configuration,
            tasks: SummaryShapes.added(
                to: SuiteModel.shapes(of: tasks, in: suite, keptPairs: keptPairs), of: tasks, suite.training),
            sharing: groups ?? SuiteModel.sharing(of: suite), seed: suite.seed, device: device)
        objectives = try Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, try TaskObjective($0)) })
        stage = groups == nil ? .first : isPruned ? .pruned : .second
        self.suite = suite
        self.tasks = tasks
        self.run = run
        try run.check(for: suite)
    }

    /// Gives every group the weights of stage 1, and checks that a stage that was begun has the same groups and pairs, and the
    /// same beginning.
    ///
    /// - Returns: the epoch of stage 1 that the weights are from.
    private func startFromStage1() throws -> Int? {
        let origin = try run.checkpoints(stage: TrainingStage.first.rawValue).latest()?.state.bestEpoch
        let first = try run.bestModel(of: .first, device: model.parameters.device).model
        try model.parameters.load(GroupedStart.parameters(of: model, from: first))
        let folder = run.checkpoints(stage: stage.rawValue).folder
        if FileManager.default.fileExists(atPath: run.modelPath(of: stage)) {
            let before = try run.record(of: stage)
            guard before.sharing == model.sharing, before.tasks == model.tasks else {
                throw RunError("\(folder): holds a model with other groups or pairs; remove it to begin anew")
            }
            guard before.origin == nil || before.origin == origin else {
                throw RunError(
                    "\(folder): began from epoch \(before.origin ?? 0) of stage 1, whose best epoch is now \(origin ?? 0); "
                        + "remove it to begin anew")
            }
        }
        try Folder.make(folder)
        return origin
    }

    /// One line on what is trained.
    public var summary: String {
        let streams = tasks.reduce(0) { $0 + $1.modalities.count }
        let parameters = model.parameters.count
        return "\(tasks.count) tasks, \(streams) streams, one model of \(parameters) parameters, seed \(suite.seed), "
            + "\(model.parameters.device), \(Library.threads) threads"
    }

    /// Prepares the folder of the run and trains the stage from its latest checkpoint, or from its start.
    ///
    /// - Throws: an error that names the task or file when training cannot go on.
    public func train(
        observers: [any TrainingObserver] = [], shouldStop: () -> Bool = { false }
    ) throws -> Trainer.Outcome {
        guard suite.training.epochs > 0 else {
            throw ConfigurationError(
                file: suite.file, key: "training.epochs", reason: "0, expected at least 1 to train")
        }
        try run.prepare(for: suite)
        var record = try ModelRecord(model, seed: suite.seed, tasks: tasks, objectives: objectives)
        if stage != .first { record.origin = try startFromStage1() }
        try record.write(to: run.modelPath(of: stage))
        let training = suite.training
        var recipe = TrainerRecipe(training)
        recipe.summaries = try fitSummaries()
        let adam =
            stage == .first
            ? Adam.Settings(learningRate: training.learningRate, weightDecay: training.weightDecay)
            : Adam.Settings(learningRate: training.stage2.learningRate, weightDecay: training.stage2.weightDecay)
        let trainer = try Trainer(
            model, tasks: tasks, objectives: objectives,
            settings: .init(
                stage: stage.rawValue, epochs: stage == .first ? training.epochs : training.stage2.epochs, adam: adam,
                patience: training.patience, epochBatches: training.epochBatches, samples: training.samples,
                regularisation: Regularisation(training), recipe: recipe,
                seed: suite.seed),
            store: run.checkpoints(stage: stage.rawValue, keepLast: training.keepLast),
            log: MetricsLog(path: run.metricsPath),
            observers: [
                EpochTimes(path: run.timingPath, device: model.parameters.device),
                OutdatedResult(paths: [run.resultPath(of: stage), run.speedPath]),
            ] + observers)
        return try trainer.run(shouldStop: shouldStop)
    }

    /// The fits of all summary paths; the model starts from them where the stage is the first.
    private func fitSummaries() throws -> [String: SummaryFit] {
        guard suite.training.summary == .linear else { return [:] }
        let fits = try withoutGradients {
            try tasks.reduce(into: [String: SummaryFit]()) { fits, task in
                guard let shape = model.tasks.first(where: { $0.name == task.name }),
                    let objective = objectives[task.name]
                else { return }
                let rows = BatchOrder(
                    rows: task.rows(of: .train), batch: 1 << 20, seed: suite.seed, purpose: task.name,
                    most: suite.training.samples
                ).sequential.flatMap { $0 }
                fits[task.name] = try SummaryFit(task, shape: shape, objective: objective, rows: rows)
            }
        }
        if stage == .first {
            for fit in fits.values { try model.parameters.load(fit.parameters, complete: false) }
        }
        return fits
    }

    /// Scores the best parameters of a stage on a split; scores of the test split, read as it is, are kept in the run, each
    /// stage's in a file of its own.
    ///
    /// - Parameters:
    ///   - stage: ``RunDirectory/latestStage`` when nothing is given.
    ///   - conditions: which modalities the model does without, and how the others are made worse. A task that is left no
    ///     modality is left out.
    /// - Throws: an error that names the file when no parameters were trained or a batch cannot be read; ``RunError`` that names
    ///   the stream when the model never learned to do without it, or no task is left.
    public func evaluate(
        on split: Split, stage: TrainingStage? = nil, conditions: InputConditions = InputConditions()
    ) throws -> RunResult {
        guard let stage = stage ?? run.latestStage else {
            throw RunError("\(run.path): holds no trained parameters yet; train the suite first")
        }
        let best = try run.bestModel(of: stage, device: model.parameters.device).model
        let left = tasks.filter { task in !task.modalities.allSatisfy { conditions.without.contains(task.stream($0)) } }
        guard !left.isEmpty else { throw RunError("\(run.path): no task is left a modality") }
        for task in left { try checkAbsences(conditions.absentable(task), of: task, best) }
        let scores = try Evaluator(best, tasks: left, objectives: objectives).scores(on: split, conditions: conditions)
        let leftOut = tasks.map(\.name).filter { name in !left.contains { $0.name == name } }
        var result = RunResult(
            suite: suite.name, split: split, seed: suite.seed, parameters: best.parameters.count,
            tasks: try left.reduce(into: [:]) { results, task in
                guard let own = scores[task.name] else { return }
                results[task.name] = RunResult.TaskResult(
                    scores: own, metrics: task.metrics, chance: try ChanceLevel.scores(of: task, on: split))
            }, conditions: conditions.isNone ? nil : conditions, leftOut: leftOut.isEmpty ? nil : leftOut)
        if conditions.isNone {
            let last = MetricsLog(path: run.metricsPath).records(stage: stage.rawValue).last
            let notes = try LearningNotes(best, tasks: left, objectives: objectives, suite: suite, last: last)
            let lines = try left.flatMap { try notes.lines($0) }
            result.notes = lines.isEmpty ? nil : lines
        }
        if split == .test, conditions.isNone { try result.write(to: run.resultPath(of: stage)) }
        return result
    }

    /// Whether the model learned what stands for an absent modality of a task.
    func canLack(_ modality: String, of task: OpenedTask, _ model: HighMMTModel) throws -> Bool {
        try model.configuration.learnsPlaceholders && task.isTrained(without: modality)
    }

    private func checkAbsences(_ modalities: Set<String>, of task: OpenedTask, _ model: HighMMTModel) throws {
        for modality in modalities.sorted() where try !canLack(modality, of: task, model) {
            throw RunError(
                "\(run.path): never learned to do without \(task.stream(modality)); train with "
                    + "training.modality_dropout above 0 to score without it")
        }
    }
}
