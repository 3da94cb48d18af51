import HighMMT
import Multimodal
import Torch

/// A suite with its data opened and its model made, ready to train.
public struct SuiteRun {
    /// The tasks that are trained, in the order of their names.
    public let tasks: [OpenedTask]
    /// The model.
    public let model: HighMMTModel

    private let suite: Suite
    private let run: RunDirectory
    private let objectives: [String: TaskObjective]

    /// Opens and checks all data, makes the model, and checks that the folder of the run is free or this suite's.
    ///
    /// Nothing is written.
    ///
    /// - Throws: an error that names the file, tensor or suite key when something does not fit.
    public init(suite: Suite, dataRoot: String, run: RunDirectory, device: Device) throws {
        let every = try suite.open(dataRoot: dataRoot)
        let tasks = every.filter { $0.task.role == .train }
        guard !tasks.isEmpty else {
            throw ConfigurationError(file: suite.file, key: "tasks", reason: "none has the role train")
        }
        var checked: Set<String> = []
        for task in tasks where checked.insert(task.dataset.folder).inserted { try task.dataset.validate() }
        var configuration = SuiteModel.configuration(of: suite, tasks: SuiteModel.shapes(of: every, in: suite))
        configuration.learnsPlaceholders = SuiteModel.hasGaps(tasks)
        model = try HighMMTModel(
            configuration, tasks: SuiteModel.shapes(of: tasks, in: suite), sharing: SuiteModel.sharing(of: suite),
            seed: suite.seed, device: device)
        objectives = try Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, try TaskObjective($0)) })
        self.suite = suite
        self.tasks = tasks
        self.run = run
        try run.check(for: suite)
    }

    /// One line on what is trained.
    public var summary: String {
        let streams = tasks.reduce(0) { $0 + $1.modalities.count }
        let parameters = model.parameters.count
        return "\(tasks.count) tasks, \(streams) streams, one model of \(parameters) parameters, seed \(suite.seed), "
            + "\(model.parameters.device), \(Library.threads) threads"
    }

    /// Prepares the folder of the run and trains stage 1 from the latest checkpoint, or from the seed.
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
        try ModelRecord(model, seed: suite.seed, tasks: tasks, objectives: objectives).write(to: run.modelPath)
        let adam = Adam.Settings(
            learningRate: suite.training.learningRate, weightDecay: suite.training.weightDecay)
        let trainer = try Trainer(
            model, tasks: tasks, objectives: objectives,
            settings: .init(
                stage: "stage1", epochs: suite.training.epochs, adam: adam, patience: suite.training.patience,
                seed: suite.seed),
            store: run.checkpoints(stage: "stage1", keepLast: suite.training.keepLast),
            log: MetricsLog(path: run.metricsPath), observers: observers)
        return try trainer.run(shouldStop: shouldStop)
    }

    /// Scores the best parameters of the run on a split; scores of the test split are kept in the run.
    ///
    /// - Throws: an error that names the file when no parameters were trained or a batch cannot be read.
    public func evaluate(on split: Split) throws -> RunResult {
        let best = try run.bestModel(device: model.parameters.device)
        let scores = try Evaluator(best.model, tasks: tasks, objectives: objectives).scores(on: split)
        let result = RunResult(
            suite: suite.name, split: split, seed: suite.seed, parameters: best.model.parameters.count,
            tasks: try tasks.reduce(into: [:]) { results, task in
                guard let own = scores[task.name] else { return }
                results[task.name] = RunResult.TaskResult(
                    scores: own, metrics: task.metrics, chance: try ChanceLevel.scores(of: task, on: split))
            })
        if split == .test { try result.write(to: run.resultPath) }
        return result
    }
}
