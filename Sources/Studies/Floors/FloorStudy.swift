import Multimodal
import Torch
import Training

/// Scores simple models on summary statistics, for every task of a suite.
///
/// A trained model that scores below them has learned little of what the data contain. Each model
/// is fitted on the training split with the setting that has the best validation score. The test
/// split is only used for the final scores.
public struct FloorStudy {
    /// The floors of one task.
    public struct Floor: Codable, Equatable, Sendable {
        /// The name of the task.
        public var task: String
        /// The metric that chose the settings.
        public var metric: Metric
        /// The number of features per sample.
        public var features: Int
        /// The scores of each fitted ``FloorModel``, by its name.
        public var models: [String: FloorScore]
        /// The reason for each ``FloorModel`` that was skipped, by its name.
        public var skipped: [String: String]
        /// The test score in each metric of a prediction that ignores the inputs.
        public var chance: [String: Double]
    }

    private let tasks: [OpenedTask]
    private let models: [FloorModel]
    private let python: FloorPython.Availability
    private let split: Split
    private let suite: Suite?

    /// Creates a study.
    ///
    /// - Parameters:
    ///   - tasks: The tasks to score.
    ///   - models: The models to fit.
    ///   - python: The interpreter that fits the models of scikit-learn. Without it they are
    ///     skipped.
    ///   - split: The split of the final scores. With `valid`, the test split stays unread, and
    ///     scores are too good because they also chose the settings.
    ///   - suite: The suite whose training rows are used; `nil` uses all.
    public init(
        _ tasks: [OpenedTask], models: [FloorModel] = FloorModel.allCases, python: FloorPython.Availability,
        split: Split = .test, suite: Suite? = nil
    ) {
        self.tasks = tasks
        self.models = models
        self.python = python
        self.split = split
        self.suite = suite
    }

    /// Fits and scores the models of each task in turn.
    ///
    /// - Parameter progress: Receives each task's floor when it is done.
    /// - Throws: An error naming the file when a dataset cannot be read; `RunError` when a task has
    ///   no metric, or when Python fails.
    public func run(progress: (Floor) -> Void = { _ in }) throws -> [Floor] {
        try withoutGradients {
            try tasks.map { task in
                let floor = try floor(of: task)
                progress(floor)
                return floor
            }
        }
    }

    private func floor(of task: OpenedTask) throws -> Floor {
        let objective = try TaskObjective(task)
        guard let metric = task.metrics.first else { throw RunError("\(task.name): expected at least one metric") }
        let (train, valid, test) = (
            try FloorSamples(task, .train, rows: suite?.trainingRows(of: task)), try FloorSamples(task, .valid),
            try FloorSamples(task, split)
        )
        var candidates: [FloorModel: [FloorCandidate]] = [:]
        var skipped: [String: String] = [:]
        if models.contains(.ridge) {
            candidates[.ridge] = try RidgeFloor.candidates(
                train: train, valid: valid, test: test, objective: objective, outputs: task.target.outputs)
        }
        let others = models.filter(\.needsPython)
        switch python {
        case .ready(let python) where !others.isEmpty:
            let found = try python.candidates(
                others, train: train, valid: valid, test: test, objective: objective, outputs: task.target.outputs)
            candidates.merge(found) { $1 }
        case .ready: break
        case .missing(let reason): for model in others { skipped[model.rawValue] = reason }
        }
        var scores: [String: FloorScore] = [:]
        for model in models where skipped[model.rawValue] == nil {
            let found = try score(candidates[model, default: []], metric, objective, task, valid: valid, test: test)
            scores[model.rawValue] = found
            guard found == nil else { continue }
            skipped[model.rawValue] =
                "\(task.name): \(metric.rawValue) is undefined on the validation split; choose another metric with "
                + "tasks.\(task.name).metrics"
        }
        return Floor(
            task: task.name, metric: metric, features: try train.features.size(1), models: scores, skipped: skipped,
            chance: try ChanceLevel.scores(of: task, on: split))
    }

    /// Returns the test scores of the candidate that is best on the validation split; `nil` when
    /// the metric is undefined there.
    private func score(
        _ candidates: [FloorCandidate], _ metric: Metric, _ objective: TaskObjective, _ task: OpenedTask,
        valid: FloorSamples, test: FloorSamples
    ) throws -> FloorScore? {
        var best: (candidate: FloorCandidate, value: Double)?
        for candidate in candidates {
            let value = try predictions(candidate.valid, objective, task, valid).value(of: metric)
            let isBetter = best.map { metric.higherIsBetter ? value > $0.value : value < $0.value } ?? true
            if value.isFinite, isBetter { best = (candidate, value) }
        }
        guard let best else { return nil }
        let predictions = try predictions(best.candidate.test, objective, task, test)
        let scores = task.metrics.map { ($0.rawValue, predictions.value(of: $0)) }.filter { $0.1.isFinite }
        return FloorScore(
            setting: best.candidate.setting, validation: best.value, test: Dictionary(uniqueKeysWithValues: scores))
    }

    private func predictions(
        _ outputs: Tensor, _ objective: TaskObjective, _ task: OpenedTask, _ samples: FloorSamples
    ) throws -> Predictions {
        var predictions = Predictions(task.target)
        try predictions.add(outputs: objective.unstandardised(outputs), truths: samples.target)
        return predictions
    }
}
