import Multimodal
import Torch
import Training

/// The scores of simple models on simple statistics, for every task of a suite: a trained model below them learned little
/// of what is there.
///
/// Every model is fitted on the training split, with the setting that scores best on the validation split; the test split
/// is only scored.
public struct FloorStudy {
    /// The floors of one task.
    public struct Floor: Codable, Equatable, Sendable {
        /// The task.
        public var task: String
        /// The metric by which settings were chosen.
        public var metric: Metric
        /// The numbers that the models see of a sample.
        public var features: Int
        /// ``FloorModel`` → its scores.
        public var models: [String: FloorScore]
        /// ``FloorModel`` → why it was not fitted.
        public var skipped: [String: String]
        /// Metric → what is scored on the test split without looking at any input.
        public var chance: [String: Double]
    }

    private let tasks: [OpenedTask]
    private let models: [FloorModel]
    private let python: FloorPython.Availability

    /// The floors of some tasks.
    ///
    /// - Parameters:
    ///   - models: the models to fit.
    ///   - python: what fits the models that need scikit-learn; they are skipped without it.
    public init(
        _ tasks: [OpenedTask], models: [FloorModel] = FloorModel.allCases, python: FloorPython.Availability
    ) {
        self.tasks = tasks
        self.models = models
        self.python = python
    }

    /// Fits and scores, task after task.
    ///
    /// - Parameter progress: is told of every task that is done.
    /// - Throws: An error that names the file when a dataset cannot be read; `RunError` when a task
    ///   has no metric that a split defines, or when Python fails.
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
            try FloorSamples(task, .train), try FloorSamples(task, .valid), try FloorSamples(task, .test)
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
            scores[model.rawValue] = try score(
                candidates[model, default: []], metric, objective, task, valid: valid, test: test, model: model)
        }
        return Floor(
            task: task.name, metric: metric, features: try train.features.size(1), models: scores, skipped: skipped,
            chance: try ChanceLevel.scores(of: task, on: .test))
    }

    private func score(
        _ candidates: [FloorCandidate], _ metric: Metric, _ objective: TaskObjective, _ task: OpenedTask,
        valid: FloorSamples, test: FloorSamples, model: FloorModel
    ) throws -> FloorScore {
        var best: (candidate: FloorCandidate, value: Double)?
        for candidate in candidates {
            let value = try predictions(candidate.valid, objective, task, valid).value(of: metric)
            let isBetter = best.map { metric.higherIsBetter ? value > $0.value : value < $0.value } ?? true
            if value.isFinite, isBetter { best = (candidate, value) }
        }
        guard let best else {
            throw RunError(
                "\(task.name), \(model.rawValue): \(metric.rawValue) is not defined on the validation split; "
                    + "choose another with tasks.\(task.name).metrics")
        }
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
