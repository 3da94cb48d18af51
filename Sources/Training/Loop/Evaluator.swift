import HighMMT
import Multimodal
import Torch

/// Scores a model on a split of its tasks.
public struct Evaluator {
    private let model: HighMMTModel
    private let tasks: [OpenedTask]
    private let objectives: [String: TaskObjective]

    /// Evaluates the given tasks of a model.
    public init(_ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective]) {
        self.model = model
        self.tasks = tasks
        self.objectives = objectives
    }

    /// Task → what the model says of the samples of a split, in the order of the file, and the mean loss.
    ///
    /// - Parameters:
    ///   - conditions: which modalities the model does without, and how the others are made worse.
    ///   - isCalibrated: whether outputs are multiplied with the factors of their tasks, where they have one.
    /// - Throws: an error that names the file, tensor or stream when a batch does not fit.
    public func predictions(
        on split: Split, conditions: InputConditions = InputConditions(), isCalibrated: Bool = true
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
                    guard let outputs = try outputs(batch, of: task, isCalibrated: isCalibrated) else { continue }
                    total += try objective.loss(outputs, target).item() * Double(batch.count)
                    try predictions.add(outputs: objective.unstandardised(outputs), truths: batch.target)
                }
            }
            results[task.name] = (predictions, total / Double(max(1, reader.rows)))
        }
        return results
    }

    private func outputs(_ batch: Batch, of task: OpenedTask, isCalibrated: Bool) throws -> Tensor? {
        let input = try TaskInput(batch, device: model.parameters.device)
        guard input.isEmpty, let shape = model.tasks.first(where: { $0.name == task.name })?.modalities.first,
            let axes = task.description(of: shape.name)?.axes
        else { return try model.forward([task.name: input], isCalibrated: isCalibrated).logits[task.name] }
        // The model takes no step in which nobody has anything; beside a sample that has, it says what it says of nothing.
        let data = try Tensor.zeros([batch.count + 1] + axes + [shape.channels], device: model.parameters.device)
        let present = Array(repeating: false, count: batch.count) + [true]
        let padded = TaskInput(
            count: batch.count + 1, streams: [shape.name: StreamInput(data: data, present: present)])
        return try model.forward([task.name: padded], isCalibrated: isCalibrated).logits[task.name]?
            .narrowed(axis: 0, start: 0, length: batch.count)
    }

    /// Task → its scores on a split.
    ///
    /// - Parameter conditions: which modalities the model does without, and how the others are made worse.
    /// - Throws: an error that names the file, tensor or stream when a batch does not fit.
    public func scores(
        on split: Split, conditions: InputConditions = InputConditions()
    ) throws -> [String: TaskScores] {
        scores(of: try predictions(on: split, conditions: conditions))
    }

    /// Task → the scores of its predictions.
    func scores(of results: [String: (predictions: Predictions, loss: Double)]) -> [String: TaskScores] {
        let metrics = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.metrics) })
        return Dictionary(
            uniqueKeysWithValues: results.map { name, result in
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

    /// The sum over tasks of the first metric, signed so that higher is better; an undefined metric counts nothing.
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
    /// Whether no sample has any modality.
    fileprivate var isEmpty: Bool {
        streams.values.allSatisfy { $0.present.map { !$0.contains(true) } ?? false }
    }

    /// The inputs of a batch on a device.
    init(_ batch: Batch, device: Device) throws {
        self.init(
            count: batch.count,
            streams: try Dictionary(
                uniqueKeysWithValues: batch.inputs.map { name, data in
                    let input = StreamInput(
                        data: try data.to(device: device), mask: try batch.masks[name]?.to(device: device),
                        present: batch.present[name])
                    return (name, input)
                }))
    }
}
