import HighMMT
import Foundation
import Multimodal
import Parallel
import Torch

/// Evaluates a model on a split of its tasks. The processes of a team compute a part of the batches
/// each, and all get the results.
public struct Evaluator {
    private let model: any MultitaskModel
    private let tasks: [OpenedTask]
    private let objectives: [String: TaskObjective]
    private let team = Team.current

    /// Creates an evaluator for some tasks of a model.
    public init(_ model: any MultitaskModel, tasks: [OpenedTask], objectives: [String: TaskObjective]) {
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
            var predictions = Predictions(task.target)
            var total = 0.0
            let rows = try visit(task, on: split, conditions: conditions) { target, said in
                let count = try target.size(0)
                let placed = try target.to(device: model.parameters.device)
                total += try objective.loss(said.logits, placed).item() * Double(count)
                try predictions.add(outputs: objective.unstandardised(said.logits), truths: target)
            }
            results[task.name] = (predictions, total / Double(max(1, rows)))
        }
        return results
    }

    /// Returns the outputs of a task's head and summary path for the samples of a split, before
    /// calibration.
    func partialOutputs(of task: OpenedTask, on split: Split) throws -> PartialOutputs {
        var result = PartialOutputs(width: task.target.outputs)
        _ = try visit(task, on: split, conditions: InputConditions()) { target, said in
            result.head += try said.head.doubles()
            if let summary = said.summary { result.summary += try summary.doubles() }
            result.truths += try target.floats()
        }
        return result
    }

    private typealias Said = (logits: Tensor, head: Tensor, summary: Tensor?)

    /// Runs all batches of a split, passes their targets and outputs to `body` in order, and
    /// returns the number of rows.
    private func visit(
        _ task: OpenedTask, on split: Split, conditions: InputConditions, _ body: (Tensor, Said) throws -> Void
    ) throws -> Int {
        let reader = try ConditionedReader(task, split: split, conditions: conditions)
        let order = BatchOrder(rows: reader.rows, batch: max(task.batch, 64), seed: 0, purpose: "").sequential
        let (rank, size) = (team.rank, team.size)
        let batches = Prefetcher(count: (order.count - rank + size - 1) / size) {
            try reader.batch(order[$0 * size + rank])
        }
        defer { batches.cancel() }
        try withoutGradients {
            guard size > 1 else {
                while let batch = try batches.next() {
                    if let said = try outputs(batch, of: task) { try body(batch.target, said) }
                }
                return
            }
            var own: [Said] = []
            while let batch = try batches.next() {
                if let said = try outputs(batch, of: task) { own.append(said) }
            }
            let targets = BatchReader(task, split: split)
            for (index, said) in try gathered(own, of: task, order).enumerated() {
                try body(try targets.target(order[index]), said)
            }
        }
        return reader.rows
    }

    /// Returns the outputs for all batches, of which this process computed every n-th.
    private func gathered(_ own: [Said], of task: OpenedTask, _ order: [[Int]]) throws -> [Said] {
        guard try team.any(!own.isEmpty) else { return [] }
        let hasSummary = try team.any(own.contains { $0.summary != nil })
        var values: [Float] = []
        for said in own {
            for tensor in [said.logits, said.head] + (said.summary.map { [$0] } ?? []) { values += try tensor.floats() }
        }
        let parts = try team.gather(values.withUnsafeBytes { Data($0) })
        var offsets = Array(repeating: 0, count: team.size)
        return try order.indices.map { index in
            let (rank, shape) = (index % team.size, [order[index].count, task.target.outputs])
            func next() throws -> Tensor {
                let size = shape[0] * shape[1] * MemoryLayout<Float>.size
                defer { offsets[rank] += size }
                return try parts[rank].withUnsafeBytes { bytes in
                    try Tensor(
                        bytes: UnsafeRawBufferPointer(rebasing: bytes[offsets[rank]..<(offsets[rank] + size)]),
                        shape: shape, dtype: .float32)
                }.to(device: model.parameters.device)
            }
            return (try next(), try next(), hasSummary ? try next() : nil)
        }
    }

    private func outputs(_ batch: Batch, of task: OpenedTask) throws -> Said? {
        func said(_ input: TaskInput) throws -> Said? {
            let output = try model.forward([task.name: input])
            guard let logits = output.logits[task.name], let head = output.heads[task.name] else { return nil }
            return (logits, head, output.summaries[task.name])
        }
        let input = try TaskInput(batch, device: model.parameters.device)
        guard input.isEmpty, let shape = model.tasks.first(where: { $0.name == task.name })?.modalities.first,
            let axes = task.description(of: shape.name)?.axes
        else { return try said(input) }
        // `forward` rejects a batch in which every sample lacks every modality. A dummy sample with
        // one modality is therefore appended, and its output dropped.
        let data = try Tensor.zeros([batch.count + 1] + axes + [shape.channels], device: model.parameters.device)
        let present = Array(repeating: false, count: batch.count) + [true]
        let padded = TaskInput(
            count: batch.count + 1, streams: [shape.name: StreamInput(data: data, present: present)])
        return try said(padded).map { output in
            func own(_ tensor: Tensor) throws -> Tensor { try tensor.narrowed(axis: 0, start: 0, length: batch.count) }
            return (try own(output.logits), try own(output.head), try output.summary.map(own))
        }
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
        scores(of: try predictions(on: split, conditions: conditions))
    }

    /// Returns the scores of each task's predictions.
    func scores(of results: [String: (predictions: Predictions, loss: Double)]) -> [String: TaskScores] {
        let metrics = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.metrics) })
        return Dictionary(
            uniqueKeysWithValues: results.map { name, result in
                let values = (metrics[name] ?? []).map { ($0.rawValue, result.predictions.value(of: $0)) }
                return (
                    name,
                    TaskScores(
                        samples: result.predictions.outputs.count, loss: result.loss,
                        metrics: Dictionary(uniqueKeysWithValues: values.filter { $0.1.isFinite }),
                        undefined: values.filter { !$0.1.isFinite }.map(\.0))
                )
            })
    }
}

extension TaskInput {
    /// True when no sample has any modality.
    fileprivate var isEmpty: Bool {
        streams.values.allSatisfy { $0.present.map { !$0.contains(true) } ?? false }
    }
}
