import Torch

/// Gathers rows of a split straight from its mapped file.
public struct BatchReader: Sendable {
    private let split: DatasetSplit
    private let modalities: [String]
    private let targetName: String
    private let targetDescription: TargetDescription
    private let encodings: [String: InputEncoding]
    private let labelled: [Int]?

    /// Reads the modalities and the target of a task.
    ///
    /// - Parameter only: the modalities that are read; all of the task when nothing is given.
    public init(_ task: OpenedTask, split: Split, only: [String]? = nil) {
        self.split = task.dataset.rows(of: split)
        modalities = only ?? task.modalities
        encodings = task.encodings
        labelled = task.labelledRows[split]
        targetName = task.task.target
        targetDescription = task.target
    }

    /// The number of rows of the split that have the target: the others are passed over, as if they were not there.
    public var rows: Int { labelled?.count ?? split.count }

    /// The row of the file that a row is.
    public func storedRow(_ row: Int) -> Int { labelled.map { $0.indices.contains(row) ? $0[row] : -1 } ?? row }

    /// The given rows.
    ///
    /// - Throws: `DatasetError` when there is no such row; ``TorchError`` when there is no memory.
    public func batch(_ asked: [Int]) throws -> Batch {
        let rows = asked.map(storedRow)
        var batch = Batch(rows: asked, inputs: [:], masks: [:], present: [:], target: try target(asked))
        for modality in modalities {
            batch.inputs[modality] = try input(modality, rows)
            if split.hasMask(modality) {
                batch.masks[modality] = try gather(TensorNames.mask(modality), rows).to(dtype: .bool)
            }
            if split.hasPresence(modality) {
                batch.present[modality] = try gather(TensorNames.present(modality), rows).bools()
            }
            if let encoding = encodings[modality], let stored = batch.inputs[modality] {
                let (data, mask) = try encoding.applied(
                    stored, mask: batch.masks[modality], present: batch.present[modality])
                batch.inputs[modality] = data
                batch.masks[modality] = mask
            }
        }
        return batch
    }

    /// The target of the given rows: (B) int64 classes, (B, outputs) float32 labels or components.
    ///
    /// - Throws: `DatasetError` when there is no such row.
    public func target(_ asked: [Int]) throws -> Tensor {
        let rows = asked.map(storedRow)
        let values = try gather(TensorNames.target(targetName), rows)
        switch targetDescription.kind {
        case .classification: return values
        case .multilabel, .regression:
            return try values.to(dtype: .float32).reshaped([rows.count, targetDescription.outputs])
        }
    }

    /// The numbers of a modality, zero wherever a token is not valid or a row lacks the modality: datasets may hold
    /// anything there, and a NaN would survive being multiplied by an attention of zero.
    private func input(_ name: String, _ rows: [Int]) throws -> Tensor {
        try withFlags(TensorNames.mask(name)) { masks in
            try withFlags(TensorNames.present(name)) { presence in
                try gather(name, rows) { numbers, row in
                    if presence?[row] == 0 {
                        numbers.initializeMemory(as: UInt8.self, repeating: 0)
                    } else if let masks {
                        let tokens = masks.count / split.count
                        let tokenBytes = numbers.count / tokens
                        for token in 0..<tokens where masks[row * tokens + token] == 0 {
                            UnsafeMutableRawBufferPointer(
                                rebasing: numbers[(token * tokenBytes)..<((token + 1) * tokenBytes)]
                            ).initializeMemory(as: UInt8.self, repeating: 0)
                        }
                    }
                }
            }
        }
    }

    private func withFlags<Result>(_ name: String, _ body: (UnsafeRawBufferPointer?) throws -> Result) throws -> Result
    {
        guard split.file.entries[name] != nil else { return try body(nil) }
        return try split.file.withBytes(of: name) { try body($0) }
    }

    private func gather(
        _ name: String, _ rows: [Int], then finish: (UnsafeMutableRawBufferPointer, _ row: Int) -> Void = { _, _ in }
    ) throws -> Tensor {
        if let wrong = rows.first(where: { $0 < 0 || $0 >= split.count }) {
            throw DatasetError(file: split.file.path, reason: "no row \(wrong), there are \(split.count)")
        }
        let entry = try split.file.entry(named: name)
        return try split.file.withBytes(of: name) { source in
            let rowBytes = split.count > 0 ? source.count / split.count : 0
            return try Tensor(shape: [rows.count] + entry.shape.dropFirst(), dtype: entry.dtype) { destination in
                for (position, row) in rows.enumerated() {
                    let numbers = UnsafeMutableRawBufferPointer(
                        rebasing: destination[(position * rowBytes)..<((position + 1) * rowBytes)])
                    numbers.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: source[(row * rowBytes)..<((row + 1) * rowBytes)]))
                    finish(numbers, row)
                }
            }
        }
    }
}
