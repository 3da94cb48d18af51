import Method
import Multimodal
import Parallel
import Training

/// The trainings of tasks from scratch and after source tasks, on shares of their labels.
struct TransferTrainings {
    /// The suite with all tasks.
    var suite: Suite
    /// The shares of the training labels.
    var labels: [Double]
    /// The trainings of the study.
    var training: StudyTraining

    /// Hands the trainings of all trials to the processes of a team, the sources first.
    func share(_ trials: [TransferTrial]) throws {
        let sources = trials.filter { !$0.sources.isEmpty }.map { trial in
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
                    ) { _ = try learner(of: trial)(share) }
                }
            })
    }

    /// Trains what is missing of a trial, and returns the scores and the number of labelled
    /// training rows for each share of the labels.
    ///
    /// - Throws: `Interruption` when the study was stopped; the errors of trainings.
    func results(of trial: TransferTrial) throws -> [(result: RunResult, rows: Int)] {
        let learn = try learner(of: trial)
        return try labels.map { try learn($0) }
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
    private func learner(of trial: TransferTrial) throws -> (_ labels: Double) throws -> (result: RunResult, rows: Int)
    {
        guard !trial.sources.isEmpty else {
            var own = suite
            own.seed = trial.seed
            own.tasks = suite.tasks.filter { $0.key == trial.task }
            own.tasks[trial.task]?.role = .train
            return { [own] labels in
                var part = own
                part.training.labels = labels < 1 ? labels : nil
                let rows = try part.open(dataRoot: self.training.dataRoot).first?.rows(of: .train) ?? 0
                return (try self.training.result(of: part, named: trial.name(labels: labels)), rows)
            }
        }
        let (own, source) = source(of: trial)
        try training.train(own, named: source)
        let transfer = try TaskTransfer(
            from: training.run(source), to: suite, tasks: [trial.task], dataRoot: training.dataRoot,
            device: training.device)
        return { labels in
            let name = trial.name(labels: labels)
            self.training.saying(name)
            let result = try transfer.perform(
                .fineTuned, labels: labels, seed: trial.seed, in: self.training.run(name),
                usesTest: self.training.usesTest, observer: self.training.observer,
                shouldStop: self.training.shouldStop)
            return (result, try transfer.rows(labels: labels, seed: trial.seed)[trial.task] ?? 0)
        }
    }
}
