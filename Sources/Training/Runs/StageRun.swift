import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// A stage of a run with its data and its model, ready to train and to score.
public struct StageRun {
    /// The suite with its data.
    public let data: OpenedSuite
    /// The model.
    public let model: HighMMTModel
    /// What is trained.
    public let stage: Stage

    let run: RunDirectory
    let objectives: [String: TaskObjective]

    /// The suite.
    public var suite: Suite { data.suite }
    /// The tasks that are trained, in the order of their names.
    public var tasks: [OpenedTask] { data.tasks }

    /// Makes the model of a stage, and checks that the folder of the run is free or this suite's.
    ///
    /// Nothing is written.
    ///
    /// - Throws: an error that names the tensor or suite key when something does not fit; ``RunError`` when the folder holds
    ///   something else.
    public init(_ stage: Stage = .first, of data: OpenedSuite, run: RunDirectory, device: Device) throws {
        let suite = data.suite
        var configuration = suite.modelConfiguration(for: suite.taskShapes(of: data.everyTask))
        configuration.learnsPlaceholders = data.tasks.contains(where: \.mayLackModalities)
        model = try HighMMTModel(
            configuration, tasks: suite.taskShapes(of: data.tasks, keptPairs: stage.groups?.keptPairs),
            sharing: stage.groups?.sharing ?? suite.sharing, seed: suite.seed, device: device)
        objectives = try Dictionary(uniqueKeysWithValues: data.tasks.map { ($0.name, try TaskObjective($0)) })
        self.stage = stage
        self.data = data
        self.run = run
        try run.check(for: suite)
    }

    /// Gives every group the weights of stage 1, and checks that a stage that was begun has the same groups and pairs, and the
    /// same beginning.
    ///
    /// - Returns: the epoch of stage 1 that the weights are from.
    private func startFromStage1() throws -> Int? {
        let origin = try run.checkpoints(stage: .first).latest()?.state.bestEpoch
        let first = try run.bestModel(of: .first, device: model.parameters.device).model
        try model.parameters.load(GroupedStart.parameters(of: model, from: first))
        let folder = run.checkpoints(stage: stage.name).folder
        if FileManager.default.fileExists(atPath: run.modelPath(of: stage.name)) {
            let before = try run.record(of: stage.name)
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
        try record.write(to: run.modelPath(of: stage.name))
        let training = suite.training
        let isFirst = stage == .first
        let adam =
            isFirst
            ? Adam.Settings(learningRate: training.learningRate, weightDecay: training.weightDecay)
            : Adam.Settings(learningRate: training.stage2.learningRate, weightDecay: training.stage2.weightDecay)
        let trainer = try Trainer(
            model, tasks: tasks, objectives: objectives,
            settings: .init(
                stage: stage.name, epochs: isFirst ? training.epochs : training.stage2.epochs, adam: adam,
                patience: training.patience, epochBatches: training.epochBatches, samples: training.samples,
                regularisation: Regularisation(training), seed: suite.seed),
            store: run.checkpoints(stage: stage.name, keepLast: training.keepLast),
            log: MetricsLog(path: run.metricsPath), resultPaths: [run.resultPath(of: stage.name), run.speedPath],
            observers: [EpochTimes(path: run.timingPath, device: model.parameters.device)] + observers)
        return try trainer.run(shouldStop: shouldStop)
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
        guard let scored = stage ?? run.latestStage else {
            throw RunError("\(run.path): holds no trained parameters yet; train the suite first")
        }
        let best = try run.bestModel(of: scored, device: model.parameters.device).model
        let left = tasks.filter { task in !task.modalities.allSatisfy { conditions.without.contains(task.stream($0)) } }
        guard !left.isEmpty else { throw RunError("\(run.path): no task is left a modality") }
        for task in left { try checkAbsences(conditions.absentable(task), of: task, best) }
        let scores = try Evaluator(best, tasks: left, objectives: objectives).scores(on: split, conditions: conditions)
        let leftOut = tasks.map(\.name).filter { name in !left.contains { $0.name == name } }
        let result = RunResult(
            suite: suite.name, split: split, seed: suite.seed, parameters: best.parameters.count,
            tasks: try left.reduce(into: [:]) { results, task in
                guard let own = scores[task.name] else { return }
                results[task.name] = RunResult.TaskResult(
                    scores: own, metrics: task.metrics, chance: try ChanceLevel.scores(of: task, on: split))
            }, conditions: conditions.isNone ? nil : conditions, leftOut: leftOut.isEmpty ? nil : leftOut)
        if split == .test, conditions.isNone { try result.write(to: run.resultPath(of: scored)) }
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
