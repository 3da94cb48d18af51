import Torch

/// The rows of one split, memory-mapped.
///
/// The first axis of every tensor is the row:
///
/// - `<modality>`: float32 `[N, axes…, channels]`.
/// - `mask/<modality>`: bool or uint8 `[N, axes…]`, true for valid tokens; optional, by default
///   all are valid.
/// - `present/<modality>`: bool or uint8 `[N]`, true where the row has the modality; optional, by
///   default all rows have it.
/// - `target/<name>`: see ``TargetKind``.
/// - `present/target/<name>`: bool or uint8 `[N]`, true where the row has the target; optional, by
///   default all rows have it.
/// - `group/<name>`: int64 `[N]`, for each described group.
public final class DatasetSplit: Sendable {
    /// The name of the split.
    public let split: Split
    /// The description of the tensors.
    public let description: DatasetDescription
    /// The mapped file.
    public let file: SafetensorsFile
    /// The number of rows.
    public let count: Int

    /// Opens a split's file and checks the tensors' names, dtypes and shapes, but not the values.
    ///
    /// - Throws: `FileError`, `SafetensorsError`, or `DatasetError` naming file, tensor and
    ///   expectation.
    public init(_ split: Split, folder: String, description: DatasetDescription) throws {
        self.split = split
        self.description = description
        file = try SafetensorsFile(path: "\(folder)/\(split.fileName)")
        count = try Self.check(file, description)
        if let stated = description.splits?[split.rawValue], stated != count {
            throw DatasetError(
                file: file.path,
                reason: "\(count) rows, but \(DatasetDescription.fileName) states splits.\(split.rawValue) = \(stated)")
        }
    }

    /// True when the split stores a mask of valid tokens for the modality.
    public func hasMask(_ modality: String) -> Bool { file.entries[TensorNames.mask(modality)] != nil }

    /// True when the split stores which rows have the modality.
    public func hasPresence(_ modality: String) -> Bool { file.entries[TensorNames.present(modality)] != nil }

    /// The rows that have a target, in order; `nil` when all have.
    ///
    /// - Throws: An error that names the tensor when it cannot be read.
    func labelledRows(_ target: String) throws -> [Int]? {
        let name = TensorNames.labelled(target)
        guard file.entries[name] != nil else { return nil }
        return try file.withBytes(of: name) { flags in (0..<count).filter { flags[$0] != 0 } }
    }

    private static func check(_ file: SafetensorsFile, _ description: DatasetDescription) throws -> Int {
        var unexplained = Set(file.entries.keys)
        var rows: (count: Int, tensor: String)?

        func check(_ name: String, _ dtypes: [DType], _ shapes: [[Int]], required: Bool) throws {
            guard let entry = file.entries[name] else {
                guard required else { return }
                let other = ClosestName.match(for: name, among: unexplained).map { "; there is '\($0)'" } ?? ""
                throw DatasetError(file: file.path, tensor: name, reason: "missing" + other)
            }
            unexplained.remove(name)
            guard dtypes.contains(entry.dtype) else {
                let expected = dtypes.map(\.rawValue).joined(separator: " or ")
                throw DatasetError(
                    file: file.path, tensor: name, reason: "dtype \(entry.dtype.rawValue), expected \(expected)")
            }
            guard let count = entry.shape.first, shapes.contains(Array(entry.shape.dropFirst())) else {
                let expected = shapes.map { "[\((["N"] + $0.map(String.init)).joined(separator: ", "))]" }
                throw DatasetError(
                    file: file.path, tensor: name,
                    reason: "shape \(entry.shape), expected \(expected.joined(separator: " or "))")
            }
            if let rows, rows.count != count {
                throw DatasetError(
                    file: file.path, tensor: name, reason: "\(count) rows, but '\(rows.tensor)' has \(rows.count)")
            }
            rows = (count, name)
        }

        for (name, modality) in description.modalities.sorted(by: { $0.key < $1.key }) {
            try check(name, [.float32], [modality.axes + [modality.channels]], required: true)
            try check(TensorNames.mask(name), [.bool, .uint8], [modality.axes], required: false)
            try check(TensorNames.present(name), [.bool, .uint8], [[]], required: false)
        }
        for (name, target) in description.targets.sorted(by: { $0.key < $1.key }) {
            let outputs = target.outputs
            try check(TensorNames.labelled(name), [.bool, .uint8], [[]], required: false)
            switch target.kind {
            case .classification:
                try check(TensorNames.target(name), [.int64], [[]], required: true)
            case .multilabel:
                try check(TensorNames.target(name), [.float32, .uint8, .bool], [[outputs]], required: true)
            case .regression:
                try check(TensorNames.target(name), [.float32], outputs == 1 ? [[], [1]] : [[outputs]], required: true)
            }
        }
        for name in (description.groups ?? [:]).keys.sorted() {
            try check(TensorNames.group(name), [.int64], [[]], required: true)
        }
        if let unknown = unexplained.min() {
            throw DatasetError(
                file: file.path, tensor: unknown, reason: "not described in \(DatasetDescription.fileName)")
        }
        guard let rows, rows.count > 0 else { throw DatasetError(file: file.path, reason: "no rows") }
        return rows.count
    }
}
