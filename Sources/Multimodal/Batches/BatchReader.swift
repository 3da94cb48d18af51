import Torch

/// Gathers rows of a split directly from its mapped file.
public struct BatchReader: Sendable {
    private let split: DatasetSplit
    private let modalities: [String]
    private let targetName: String
    private let targetDescription: TargetDescription
    private let encodings: [String: InputEncoding]
    private let labelled: [Int]?
    /// The weight of each row of this reader; `nil` outside of training, and when all weigh alike.
    private let weights: [Float]?

    /// Creates a reader of a task's modalities and target.
    public init(_ task: OpenedTask, split: Split) {
        self.split = task.dataset.rows(of: split)
        modalities = task.modalities
        encodings = task.encodings
        labelled = task.labelledRows[split]
        weights = split == .train ? task.weights : nil
        targetName = task.task.target
        targetDescription = task.target
    }

    /// The number of rows in the split that have the target; rows without it are skipped.
    public var rows: Int { labelled?.count ?? split.count }

    /// Returns at most the given number of rows, evenly spaced, since files may be sorted by class.
    public func evenlySpacedRows(atMost limit: Int) -> [Int] {
        let count = min(rows, limit)
        return (0..<count).map { $0 * rows / count }
    }

    /// Returns the row of the file for a row of this reader; -1 when there is none.
    public func storedRow(_ row: Int) -> Int { labelled.map { $0.indices.contains(row) ? $0[row] : -1 } ?? row }

    /// Returns the given rows as a batch.
    ///
    /// - Parameter some: The modalities to read; `nil` reads all modalities of the task.
    /// - Throws: `DatasetError` when a row number is out of range; `TorchError` when memory
    ///   runs out.
    public func batch(_ rows: [Int], modalities some: [String]? = nil) throws -> Batch {
        var batch = Batch(rows: rows, inputs: [:], masks: [:], present: [:], target: try target(rows))
        batch.weights = weights.map { weights in rows.map { weights[$0] } }
        let stored = rows.map(storedRow)
        for modality in some ?? modalities {
            batch.inputs[modality] = try input(modality, stored)
            if split.hasMask(modality) {
                batch.masks[modality] = try gather(TensorNames.mask(modality), stored).to(dtype: .bool)
            }
            batch.present[modality] = try presence(of: modality, rows)
            if let encoding = encodings[modality], let numbers = batch.inputs[modality] {
                let (data, mask) = try encoding.applied(
                    numbers, mask: batch.masks[modality], present: batch.present[modality])
                batch.inputs[modality] = data
                batch.masks[modality] = mask
            }
        }
        return batch
    }

    /// Returns for each of the given rows whether it has a modality; `nil` when all rows of the
    /// split have it.
    ///
    /// - Throws: `DatasetError` when a row number is out of range.
    public func presence(of modality: String, _ rows: [Int]) throws -> [Bool]? {
        guard split.hasPresence(modality) else { return nil }
        return try gather(TensorNames.present(modality), rows.map(storedRow)).bools()
    }

    /// Returns the target of the given rows: int64 classes `[batch]`, or float32 labels or
    /// regression values `[batch, outputs]`, which are NaN where a row lacks one.
    ///
    /// - Throws: `DatasetError` when a row number is out of range; `TorchError` when memory
    ///   runs out.
    public func target(_ rows: [Int]) throws -> Tensor {
        let values = try gather(TensorNames.target(targetName), rows.map(storedRow))
        switch targetDescription.kind {
        case .classification: return values
        case .multilabel, .regression:
            let numbers = try values.to(dtype: .float32).reshaped([rows.count, targetDescription.outputs])
            guard split.hasLabelFlags(targetName) else { return numbers }
            let known = try gather(TensorNames.labelled(targetName), rows.map(storedRow)).to(dtype: .float32)
            return try numbers.filled(where: known.equal(to: .zeros(known.shape)), with: .nan)
        }
    }

    /// Returns the values of a modality, with zeros in invalid tokens and in rows without the
    /// modality.
    ///
    /// Datasets may contain anything there, and a NaN would survive multiplication by an attention
    /// weight of zero.
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
        return try split.withBytes(of: name) { try body($0) }
    }

    private func gather(
        _ name: String, _ rows: [Int], then finish: (UnsafeMutableRawBufferPointer, _ row: Int) -> Void = { _, _ in }
    ) throws -> Tensor {
        if let wrong = rows.first(where: { $0 < 0 || $0 >= split.count }) {
            throw DatasetError(file: split.file.path, reason: "no row \(wrong), the split has \(split.count) rows")
        }
        let entry = try split.requiredEntry(of: name)
        return try Tensor(shape: [rows.count] + entry.shape.dropFirst(), dtype: entry.dtype) { destination in
            try split.copy(name, rows: rows, into: destination, then: finish)
        }
    }
}
