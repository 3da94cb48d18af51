import Torch

/// Gathers rows of a split straight from its mapped file.
public struct BatchReader: Sendable {
    private let split: DatasetSplit
    private let modalities: [String]
    private let targetName: String
    private let targetDescription: TargetDescription

    /// Reads the modalities and the target of a task.
    public init(_ task: OpenedTask, split: Split) {
        self.split = task.dataset.rows(of: split)
        modalities = task.modalities
        targetName = task.task.target
        targetDescription = task.target
    }

    /// The number of rows of the split.
    public var rows: Int { split.count }

    /// The given rows.
    ///
    /// - Throws: `DatasetError` when there is no such row; ``TorchError`` when there is no memory.
    public func batch(_ rows: [Int]) throws -> Batch {
        var batch = Batch(rows: rows, inputs: [:], masks: [:], present: [:], target: try target(rows))
        for modality in modalities {
            batch.inputs[modality] = try gather(modality, rows)
            if split.hasMask(modality) {
                batch.masks[modality] = try gather(TensorNames.mask(modality), rows).to(dtype: .bool)
            }
            if split.hasPresence(modality) {
                batch.present[modality] = try gather(TensorNames.present(modality), rows).bools()
            }
        }
        return batch
    }

    /// The target of the given rows: (B) int64 classes, (B, outputs) float32 labels or components.
    ///
    /// - Throws: `DatasetError` when there is no such row.
    public func target(_ rows: [Int]) throws -> Tensor {
        let values = try gather(TensorNames.target(targetName), rows)
        switch targetDescription.kind {
        case .classification: return values
        case .multilabel, .regression:
            return try values.to(dtype: .float32).reshaped([rows.count, targetDescription.outputs])
        }
    }

    private func gather(_ name: String, _ rows: [Int]) throws -> Tensor {
        if let wrong = rows.first(where: { $0 < 0 || $0 >= split.count }) {
            throw DatasetError(file: split.file.path, reason: "no row \(wrong), there are \(split.count)")
        }
        let entry = try split.file.entry(named: name)
        return try split.file.withBytes(of: name) { source in
            let rowBytes = split.count > 0 ? source.count / split.count : 0
            return try Tensor(shape: [rows.count] + entry.shape.dropFirst(), dtype: entry.dtype) { destination in
                for (position, row) in rows.enumerated() {
                    destination[(position * rowBytes)..<((position + 1) * rowBytes)].copyBytes(
                        from: source[(row * rowBytes)..<((row + 1) * rowBytes)])
                }
            }
        }
    }
}
