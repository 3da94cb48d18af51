/// Reads batches of a task under input conditions.
public struct ConditionedReader: Sendable {
    private let reader: BatchReader
    private let task: OpenedTask
    private let split: Split
    private let conditions: InputConditions
    private let scales: [String: InputScale]

    /// Creates a reader of one split of a task.
    ///
    /// - Throws: `SafetensorsError` or `DatasetError` naming the file when the scale of a
    ///   corrupted modality cannot be measured; `TorchError` when memory runs out.
    public init(_ task: OpenedTask, split: Split, conditions: InputConditions = InputConditions()) throws {
        reader = BatchReader(task, split: split)
        self.task = task
        self.split = split
        self.conditions = conditions
        let disturbed = conditions.corruptions.filter { $0.severity > 0 }.flatMap { $0.modalities(of: task) }
        scales = try Dictionary(
            uniqueKeysWithValues: Set(disturbed).map { ($0, try InputScale(of: $0, in: task)) })
    }

    /// The number of rows in the split.
    public var rows: Int { reader.rows }

    /// Returns the given rows under the conditions.
    ///
    /// - Throws: As ``BatchReader/batch(_:modalities:)``.
    public func batch(_ rows: [Int]) throws -> Batch {
        var batch = try reader.batch(rows)
        for name in task.modalities where conditions.without.contains(task.stream(name)) {
            batch.inputs[name] = nil
            batch.masks[name] = nil
            batch.present[name] = nil
        }
        for (index, corruption) in conditions.corruptions.enumerated() where corruption.severity > 0 {
            try corrupt(&batch, by: corruption, index: index)
        }
        return batch
    }

    private func corrupt(_ batch: inout Batch, by corruption: Corruption, index: Int) throws {
        let purpose = "\(index)/\(corruption.kind.rawValue)/\(split.rawValue)/\(task.name)"
        let names = corruption.modalities(of: task)
        if corruption.kind == .droppedModalities {
            let dropout = ModalityDropout(share: corruption.severity, seed: conditions.seed, purpose: purpose)
            batch = dropout.applied(to: batch, droppable: Set(names))
            return
        }
        for name in names where batch.inputs[name] != nil {
            guard let scale = scales[name] else { continue }
            var stream = try CorruptedStream(name, of: batch, scale: scale)
            stream.apply(
                corruption.kind, severity: corruption.severity, seed: conditions.seed, purpose: "\(purpose)/\(name)")
            try stream.write(name, to: &batch)
        }
    }
}
