import Method
import Multimodal
import Parallel
import Training

/// The trainings of tasks from scratch and after source tasks, on shares of their labels.
///
/// Models from scratch have the sizes and the recipe of those with sources.
struct TransferTrainings {
    /// The suite with all tasks.
    let suite: Suite
    /// The shares of the training labels.
    let labels: [Double]
    /// The trainings of the study.
    let training: StudyTraining

    /// Gives all models the token width that fits every task of the suite.
    ///
    /// - Throws: The errors of `Suite.open`.
    init(suite: Suite, labels: [Double], training: StudyTraining) throws {
        var common = suite.withRecipeOfItsGroups
        let tasks = try suite.open(dataRoot: training.dataRoot)
        common.model.tokenWidth = suite.modelConfiguration(for: suite.taskShapes(of: tasks)).tokenWidth
        self.suite = common
        self.labels = labels
        self.training = training
    }

    /// Hands the trainings of all trials to the processes of a team, the sources first.
    func share(_ trials: [TransferTrial]) throws {
        let open = try Team.current.fromLead {
            trials.indices.filter { !trials[$0].sources.isEmpty && finishedResults(of: trials[$0]) == nil }
        }
        let sources = open.map { trials[$0] }.map { trial in
            let (own, name) = source(of: trial)
            return HandedTraining(
                work: own.trainingWork, result: training.run(name).checkpoints(stage: .first).bestPath
            ) { try training.train(own, named: name) }
        }
        try HandedTraining.share(
            Dictionary(sources.map { ($0.result, $0) }) { first, _ in first }
                .sorted { $0.key < $1.key }.map(\.value))
        try HandedTraining.share(
            trials.flatMap { trial in
                labels.map { share in
                    HandedTraining(
                        work: share, result: training.finished(trial.name(labels: share), .first)
                    ) {
                        if finishedResults(of: trial) == nil { _ = try learner(of: trial)(share) }
                    }
                }
            })
    }

    /// Trains what is missing of a trial, and returns the scores and the number of labelled
    /// training rows for each share of the labels.
    ///
    /// - Throws: `Interruption` when the study was stopped; the errors of trainings.
    func results(of trial: TransferTrial) throws -> [(result: RunResult, rows: Int)] {
        let results = try finishedResults(of: trial) ?? labels.map(learner(of: trial))
        return try zip(results, labels).map { ($0, try rows(of: trial, labels: $1)) }
    }

    /// Returns the results of a trial whose trainings are all finished, which need no source; `nil`
    /// for any other.
    private func finishedResults(of trial: TransferTrial) -> [RunResult]? {
        guard training.usesTest else { return nil }
        let known = labels.compactMap { training.run(trial.name(labels: $0)).finishedResult(of: .first) }
        return known.count == labels.count ? known : nil
    }

    /// Returns the number of labelled training rows of a trial.
    private func rows(of trial: TransferTrial, labels: Double) throws -> Int {
        try alone(trial, labels: labels).open(dataRoot: training.dataRoot).first?.rows(of: .train) ?? 0
    }

    /// Returns the suite of the task alone, with a share of its labels.
    private func alone(_ trial: TransferTrial, labels: Double) -> Suite {
        var own = suite
        own.seed = trial.seed
        own.tasks = suite.tasks.filter { $0.key == trial.task }
        own.tasks[trial.task]?.role = .train
        own.training.labels = labels < 1 ? labels : nil
        return own
    }

    /// Returns the suite of the sources, and the name of their run. Sets of sources recur among
    /// trials.
    private func source(of trial: TransferTrial) -> (suite: Suite, name: String) {
        var own = suite
        own.seed = trial.seed
        own.tasks = suite.tasks.filter { trial.sources.contains($0.key) }
        return (own, "source-\(trial.sources.sorted().joined(separator: "+"))-seed-\(trial.seed)")
    }

    /// Trains the sources and returns the training of the task on a share of its labels.
    private func learner(of trial: TransferTrial) throws -> (_ labels: Double) throws -> RunResult {
        guard !trial.sources.isEmpty else {
            return { try training.result(of: alone(trial, labels: $0), named: trial.name(labels: $0)) }
        }
        let (own, source) = source(of: trial)
        try training.train(own, named: source)
        let transfer = try TaskTransfer(
            from: training.run(source), to: suite, tasks: [trial.task], dataRoot: training.dataRoot,
            device: training.device)
        return { labels in
            let name = trial.name(labels: labels)
            training.saying(name)
            return try transfer.perform(
                .fineTuned, labels: labels, seed: trial.seed, in: training.run(name), usesTest: training.usesTest,
                observer: training.observer, shouldStop: training.shouldStop)
        }
    }
}
