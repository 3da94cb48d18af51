import HighMMT
import Multimodal
import Torch

/// Evaluates a model on a split of its tasks.
public struct Evaluator {
    private let model: HighMMTModel
    private let tasks: [OpenedTask]
    private let objectives: [String: TaskObjective]

    /// Creates an evaluator for some tasks of a model.
    public init(_ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective]) {
        self.model = model
        self.tasks = tasks
        self.objectives = objectives
    }

    /// Returns the predictions of every task for the samples of a split, in file order, and the
    /// mean loss.
    ///
    /// - Parameters:
    ///   - split: The split to read.
    ///   - conditions: The missing modalities, and the corruptions of the others.
    /// - Throws: `DatasetError` that names the file when a batch cannot be read; `ModelError` when
    ///   a batch does not fit the model; `TorchError` when memory runs out.
    public func predictions(
        on split: Split, conditions: InputConditions = InputConditions()
    ) throws -> [String: (predictions: Predictions, loss: Double)] {
        var results: [String: (predictions: Predictions, loss: Double)] = [:]
        for task in tasks {
            guard let objective = objectives[task.name] else { continue }
            let reader = try ConditionedReader(task, split: split, conditions: conditions)
            let order = BatchOrder(rows: reader.rows, batch: max(task.batch, 64), seed: 0, purpose: "").sequential
            var predictions = Predictions(task.target)
            var total = 0.0
            let batches = Prefetcher(count: order.count) { try reader.batch(order[$0]) }
            defer { batches.cancel() }
            try withoutGradients {
                while let batch = try batches.next() {
                    let target = try batch.target.to(device: model.parameters.device)
                    guard let outputs = try outputs(batch, of: task) else { continue }
                    total += try objective.loss(outputs, target).item() * Double(batch.count)
                    try predictions.add(outputs: objective.unstandardised(outputs), truths: batch.target)
                }
            }
            results[task.name] = (predictions, total / Double(max(1, reader.rows)))
        }
        return results
    }

    private func outputs(_ batch: Batch, of task: OpenedTask) throws -> Tensor? {
        let input = try TaskInput(batch, device: model.parameters.device)
        guard input.isEmpty, let shape = model.tasks.first(where: { $0.name == task.name })?.modalities.first,
            let axes = task.description(of: shape.name)?.axes
        else { return try model.forward([task.name: input]).logits[task.name] }
        // `forward` rejects a batch in which every sample lacks every modality. A dummy sample with
        // one modality is therefore appended, and its output dropped.
        let data = try Tensor.zeros([batch.count + 1] + axes + [shape.channels], device: model.parameters.device)
        let present = Array(repeating: false, count: batch.count) + [true]
        let padded = TaskInput(
            count: batch.count + 1, streams: [shape.name: StreamInput(data: data, present: present)])
        return try model.forward([task.name: padded]).logits[task.name]?
            .narrowed(axis: 0, start: 0, length: batch.count)
    }

    /// Returns the scores of every task on a split.
    ///
    /// - Parameters:
    ///   - split: The split to score.
    ///   - conditions: The missing modalities, and the corruptions of the others.
    /// - Throws: The errors of ``predictions(on:conditions:)``.
    public func scores(
        on split: Split, conditions: InputConditions = InputConditions()
    ) throws -> [String: TaskScores] {
        let metrics = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.metrics) })
        return Dictionary(
            uniqueKeysWithValues: try predictions(on: split, conditions: conditions).map { name, result in
                let values = (metrics[name] ?? []).map { ($0.rawValue, result.predictions.value(of: $0)) }
                    .filter { $0.1.isFinite }
                return (
                    name,
                    TaskScores(
                        samples: result.predictions.outputs.count, loss: result.loss,
                        metrics: Dictionary(uniqueKeysWithValues: values))
                )
            })
    }

    /// Returns the sum over tasks of the first metric, signed so that higher is better. An
    /// undefined metric counts as 0.
    public func summedScore(_ scores: [String: TaskScores]) -> Double {
        tasks.reduce(0) { sum, task in
            guard let metric = task.metrics.first, let value = scores[task.name]?.metrics[metric.rawValue] else {
                return sum
            }
            return sum + (metric.higherIsBetter ? value : -value)
        }
    }
}

extension TaskInput {
    /// True when no sample has any modality.
    fileprivate var isEmpty: Bool {
        streams.values.allSatisfy { $0.present.map { !$0.contains(true) } ?? false }
    }
}
