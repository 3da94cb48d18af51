import Baselines
import Files
import Foundation
import HighMMT
import Multimodal
import Parallel
import Torch

/// A stage of a run with its data and its model, ready to train and to evaluate.
public struct StageRun {
    /// The suite with its data.
    public let data: OpenedSuite
    /// The model.
    public let model: any MultitaskModel
    /// The stage.
    public let stage: Stage

    /// The parameters that stage 1 takes from another run; `nil` starts at random.
    public var start: TransferredStart?
    /// The paths of the parameters that keep their initial values.
    public var frozen: Set<String> = []

    let run: RunDirectory
    let objectives: [String: TaskObjective]

    /// The suite.
    public var suite: Suite { data.suite }
    /// The tasks with the role `train`, sorted by name.
    public var tasks: [OpenedTask] { data.tasks }

    /// Builds the model of a stage, and checks that the folder of the run is empty or belongs to
    /// this suite, and that a stage that was already started has the same groups, pairs, optimiser
    /// and starting epoch.
    ///
    /// Nothing is written.
    ///
    /// - Parameters:
    ///   - stage: The stage.
    ///   - data: The suite with its data.
    ///   - run: The folder of the run.
    ///   - device: The device of the model.
    /// - Throws: ``RunError`` when the folder contains something else; `ModelError` or
    ///   `DatasetError` when the data do not fit the model; `FileError` when a file cannot be read.
    public init(_ stage: Stage = .first, of data: OpenedSuite, run: RunDirectory, device: Device) throws {
        let suite = data.suite
        guard stage == .first || suite.model.method == .highmmt else {
            throw RunError(
                "\(run.path): \(stage.name.rawValue) has groups, which model.method: \(suite.model.method.rawValue) has not"
            )
        }
        model = try data.model(groups: stage.groups, device: device)
        objectives = try Dictionary(uniqueKeysWithValues: data.tasks.map { ($0.name, try TaskObjective($0)) })
        self.stage = stage
        self.data = data
        self.run = run
        try run.check(for: suite)
        if stage != .first { try checkEarlierStart() }
    }

    /// The best epoch of stage 1, from which the other stages start.
    private var origin: Int? {
        get throws { try run.checkpoints(stage: .first).latest()?.state.bestEpoch }
    }

    private func checkEarlierStart() throws {
        guard FileManager.default.fileExists(atPath: run.modelPath(of: stage.name)) else { return }
        let folder = run.checkpoints(stage: stage.name).folder
        let (model, before) = (try model.asHighMMT(run), try run.record(of: stage.name))
        guard before.sharing == model.sharing, before.tasks == model.tasks else {
            throw RunError("\(folder): contains a model with other groups or pairs; remove it to start again")
        }
        try run.checkOptimisation(of: stage.name, for: suite)
        let origin = try origin
        guard before.origin == nil || before.origin == origin else {
            throw RunError(
                "\(folder): started from epoch \(before.origin ?? 0) of stage 1, whose best epoch is now \(origin ?? 0); "
                    + "remove it to start again")
        }
    }

    /// Gives every group the weights of stage 1.
    private func startFromStage1() throws {
        let model = try model.asHighMMT(run)
        let first = try run.bestModel(of: .first, device: model.parameters.device).model.asHighMMT(run)
        try model.parameters.load(GroupedStart.parameters(of: model, from: first))
        try Folder.make(run.checkpoints(stage: stage.name).folder)
    }

    /// Prepares the folder of the run and trains the stage, from its latest checkpoint if there is
    /// one. The processes of a team train together.
    ///
    /// - Parameters:
    ///   - observers: The observers of the training.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: `ConfigurationError` when the suite has no epochs to train, or all training rows
    ///   lack a modality; ``TrainingError`` that names the task when a loss is not finite;
    ///   ``RunError`` when the folder contains something else, or the data have changed;
    ///   `FolderInUse` when another process writes there; `FileError` or `DatasetError` that names
    ///   the file when one cannot be read or written.
    public func train(
        observers: [any TrainingObserver] = [], shouldStop: () -> Bool = { false }
    ) throws -> Trainer.Outcome {
        guard let epochs = suite.training.epochs, epochs > 0 else {
            throw ConfigurationError(
                file: suite.file, key: "training.epochs", reason: "0, expected at least 1 to train")
        }
        try checkModalities()
        return try FolderLock.holding(run.path) { try train(epochs: epochs, observers, shouldStop) }
    }

    /// Trains the stage while the folder is locked.
    private func train(
        epochs: Int, _ observers: [any TrainingObserver], _ shouldStop: () -> Bool
    ) throws -> Trainer.Outcome {
        let team = Team.current
        try team.check(equalSuite: suite)
        try team.check(equalData: tasks)
        // The others get the parameters of the lead.
        var isStopped = false
        do {
            if team.isLead { try prepare(shouldStop) }
        } catch is SummaryFit.Stopped {
            isStopped = true
        }
        if try team.any(isStopped) { return .interrupted(epoch: 0, step: 0) }
        return try trainer(epochs: epochs, observers).run(shouldStop: shouldStop)
    }

    /// Returns the trainer of the stage, with its latest checkpoint if there is one.
    func trainer(epochs: Int, _ observers: [any TrainingObserver] = []) throws -> Trainer {
        let training = suite.training
        let isFirst = stage == .first
        let adam =
            isFirst
            ? Adam.Settings(learningRate: training.learningRate, weightDecay: training.weightDecay)
            : Adam.Settings(learningRate: training.stage2.learningRate, weightDecay: training.stage2.weightDecay)
        var settings = Trainer.Settings(
            stage: stage.name, epochs: isFirst ? epochs : training.stage2.epochs, adam: adam,
            patience: training.patience, epochBatches: training.epochBatches, samples: training.samples,
            recipe: TrainerRecipe(training), seed: suite.seed)
        settings.recipe.separatesTasks = suite.model.method.separatesTasks && tasks.count > 1
        settings.frozen = frozen
        if !isFirst { settings.startLosses = try run.checkpoints(stage: .first).latest()?.state.startLosses }
        let records: [any TrainingObserver] = [
            EpochTimes(path: run.timingPath, device: model.parameters.device),
            TensorBoardLog(folder: run.tensorBoardPath, suite: suite),
        ]
        return try Trainer(
            model, tasks: tasks, objectives: objectives, settings: settings,
            store: run.checkpoints(stage: stage.name, keepLast: training.keepLast),
            log: MetricsLog(path: run.metricsPath),
            resultPaths: [
                run.resultPath(of: stage.name), run.detailsPath(of: stage.name), run.robustnessPath(of: stage.name),
                run.modalityCostsPath(of: stage.name), run.speedPath,
            ],
            observers: Team.current.isLead ? records + observers : [])
    }

    /// Writes what the run is about, and gives the model the parameters that it starts from.
    ///
    /// - Throws: `SummaryFit.Stopped` when `shouldStop` returned true; the errors of files.
    private func prepare(_ shouldStop: () -> Bool) throws {
        try run.prepare(for: suite, tasks: tasks)
        var record = try ModelRecord(model, seed: suite.seed, tasks: tasks, objectives: objectives)
        if stage != .first {
            record.origin = try origin
            record.optimisation = ModelRecord.Optimisation(suite.training.stage2)
            try startFromStage1()
        }
        try Folder.make("\(run.path)/datasets")
        for task in tasks { try task.dataset.description.write(to: run.datasetPath(of: task.task.dataset)) }
        try record.write(to: run.modelPath(of: stage.name))
        guard stage == .first else { return }
        try startFromSummaries(shouldStop)
        try start.map { try model.parameters.load($0.values, complete: false) }
    }

    /// Gives the model fitted summary paths. A checkpoint contains them already.
    private func startFromSummaries(_ shouldStop: () -> Bool) throws {
        guard suite.training.summary != .none, try run.checkpoints(stage: stage.name).names.isEmpty else { return }
        try withoutGradients {
            for task in tasks {
                guard let shape = model.tasks.first(where: { $0.name == task.name }),
                    let objective = objectives[task.name]
                else { continue }
                let fit = try SummaryFit(
                    task, shape: shape, objective: objective, rows: task.drawnByWeight(suite.trainingRows(of: task)),
                    shouldStop: shouldStop)
                try model.parameters.load(fit.parameters, complete: false)
            }
        }
    }
}
