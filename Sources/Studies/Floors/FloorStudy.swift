import Multimodal
import Torch
import Training

/// What a ridge regression on simple statistics scores on every task of a suite: a trained model below it learned little
/// of what is there.
///
/// Fitted on the training split, with the penalty that scores best on the validation split; the test split is only scored.
public struct FloorStudy {
    /// What one task's floor is.
    public struct Floor: Codable, Equatable, Sendable {
        /// The task.
        public var task: String
        /// The metric by which the penalty was chosen.
        public var metric: Metric
        /// The numbers that the regression sees of a sample.
        public var features: Int
        /// The penalty.
        public var penalty: Double
        /// The metric on the validation split.
        public var validation: Double
        /// Metric → value on the test split.
        public var test: [String: Double]
        /// Metric → what is scored on the test split without looking at any input.
        public var chance: [String: Double]
    }

    private let tasks: [OpenedTask]

    /// The floors of some tasks.
    public init(_ tasks: [OpenedTask]) { self.tasks = tasks }

    /// Fits and scores, task after task.
    ///
    /// - Parameter progress: is told of every task that is done.
    /// - Throws: an error that names the file when a dataset cannot be read; `RunError` when a task has no metric that a
    ///   split defines.
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
        let train = try read(task, .train)
        let candidates = try RidgeFloor.all(
            features: train.features, targets: objective.numbers(train.target, outputs: task.target.outputs))
        let valid = try read(task, .valid)
        var best: (index: Int, value: Double)?
        for (index, candidate) in candidates.enumerated() {
            let value = try predictions(candidate, objective, task, valid).value(of: metric)
            let isBetter = best.map { metric.higherIsBetter ? value > $0.value : value < $0.value } ?? true
            if value.isFinite, isBetter { best = (index, value) }
        }
        guard let best else {
            throw RunError("\(task.name): \(metric.rawValue) is not defined on its validation split")
        }
        let test = try predictions(candidates[best.index], objective, task, read(task, .test))
        let scores = task.metrics.map { ($0.rawValue, test.value(of: $0)) }.filter { $0.1.isFinite }
        return Floor(
            task: task.name, metric: metric, features: try train.features.size(1),
            penalty: RidgeFloor.penalties[best.index], validation: best.value,
            test: Dictionary(uniqueKeysWithValues: scores), chance: try ChanceLevel.scores(of: task, on: .test))
    }

    private func read(_ task: OpenedTask, _ split: Split) throws -> (features: Tensor, target: Tensor) {
        let reader = BatchReader(task, split: split)
        let statistics = SimpleStatistics(of: task)
        var (features, targets): ([Tensor], [Tensor]) = ([], [])
        for rows in BatchOrder(rows: reader.rows, batch: 256, seed: 0, purpose: "").sequential {
            let batch = try reader.batch(rows)
            features.append(try statistics.features(of: batch))
            targets.append(batch.target)
        }
        return (try Tensor.concatenated(features, axis: 0), try Tensor.concatenated(targets, axis: 0))
    }

    private func predictions(
        _ candidate: RidgeFloor, _ objective: TaskObjective, _ task: OpenedTask,
        _ samples: (features: Tensor, target: Tensor)
    ) throws -> Predictions {
        var predictions = Predictions(task.target)
        // Several labels are predicted as shares, where what is judged is on which side of zero a number lies.
        let shift = objective.kind == .multilabel ? -0.5 : 0
        let outputs = try objective.unstandardised(candidate.outputs(samples.features)) + shift
        try predictions.add(outputs: outputs, truths: samples.target)
        return predictions
    }
}
