import Torch

/// The rows of one split, memory-mapped.
///
/// The first axis of every tensor is the row. Tensors in another type or with an axis of length 1
/// too many or too few at the end are converted when they are first read, as ``conversions``
/// tells:
///
/// - `<modality>`: float32 `[N, axes…, channels]`.
/// - `mask/<modality>`: bool or uint8 `[N, axes…]`, true for valid tokens; optional, by default
///   all are valid.
/// - `present/<modality>`: bool or uint8 `[N]`, true where the row has the modality; optional, by
///   default all rows have it.
/// - `target/<name>`: see ``TargetKind``.
/// - `present/target/<name>`: bool or uint8, true where the row has the target, `[N]`, or where it
///   has each label or component, `[N, outputs]`; optional, by default all rows have all.
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
    /// The names of the file's tensors that the description does not mention. They are ignored.
    public let ignored: [String]
    private let casts: [String: TensorCast]
    private let converted = ConvertedTensors()

    /// Opens a split's file and checks the tensors' names, dtypes and shapes, but not the values.
    ///
    /// - Throws: `FileError`, `SafetensorsError`, or `DatasetError` naming file, tensor and
    ///   expectation.
    public init(_ split: Split, folder: String, description: DatasetDescription) throws {
        self.split = split
        self.description = description
        file = try SafetensorsFile(path: "\(folder)/\(split.fileName)")
        let structure = try SplitStructure(of: file, description)
        (count, casts, ignored) = (structure.rows, structure.casts, structure.ignored)
        if let stated = description.splits?[split.rawValue], stated != count {
            throw DatasetError(
                file: file.path,
                reason: "\(count) rows, but \(DatasetDescription.fileName) states splits.\(split.rawValue) = \(stated)")
        }
    }

    /// The conversions of tensors that are stored in another element type or shape, in words, by
    /// tensor.
    public var conversions: [String: String] { casts.mapValues(\.text) }

    /// Returns the entry of a tensor in the type and shape of the format; `nil` if the split has no
    /// such tensor.
    public func entry(of name: String) -> SafetensorsEntry? { casts[name]?.entry ?? file.entries[name] }

    /// Returns the entry of a tensor in the type and shape of the format.
    ///
    /// - Throws: `SafetensorsError` when the tensor does not exist.
    func requiredEntry(of name: String) throws -> SafetensorsEntry {
        try casts[name]?.entry ?? file.entry(named: name)
    }

    /// Calls `body` with the bytes of one tensor in the type and shape of the format.
    ///
    /// The pointer is valid as long as the split.
    ///
    /// - Throws: `SafetensorsError` when the tensor does not exist, `TorchError` when it cannot be
    ///   converted, and any error of `body`.
    public func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        guard let cast = casts[name] else { return try file.withBytes(of: name, body) }
        let bytes = try converted.bytes(of: name) { try file.withBytes(of: name) { try cast.converted($0) } }
        return try body(UnsafeRawBufferPointer(rebasing: bytes[..<cast.entry.byteRange.count]))
    }

    /// The least bytes of a row that are read from the file. Shorter ones are copied from the
    /// mapping, where the system call would take longer than the copy.
    private static let shortestRead = 1024

    /// Copies rows of one tensor in the type and shape of the format.
    ///
    /// - Parameters:
    ///   - name: The tensor.
    ///   - rows: The rows, each at least 0 and below ``count``.
    ///   - target: The memory to fill with all rows, one after the other.
    ///   - finish: Receives the copy of each row, to change it.
    /// - Throws: As ``withBytes(of:_:)``; `FileError` when the file cannot be read.
    func copy(
        _ name: String, rows: [Int], into target: UnsafeMutableRawBufferPointer,
        then finish: (UnsafeMutableRawBufferPointer, _ row: Int) -> Void = { _, _ in }
    ) throws {
        let rowBytes = rows.isEmpty ? 0 : target.count / rows.count
        func place(_ position: Int) -> UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(rebasing: target[(position * rowBytes)..<((position + 1) * rowBytes)])
        }
        if casts[name] == nil, rowBytes >= Self.shortestRead {
            for (position, row) in rows.enumerated() {
                try file.read(name, from: row * rowBytes, into: place(position))
            }
        } else {
            try withBytes(of: name) { source in
                for (position, row) in rows.enumerated() {
                    place(position).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: source[(row * rowBytes)..<((row + 1) * rowBytes)]))
                }
            }
        }
        for (position, row) in rows.enumerated() { finish(place(position), row) }
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
        return try withBytes(of: name) { flags in
            let width = flags.count / max(1, count)
            return (0..<count).filter { row in flags[row * width..<(row + 1) * width].contains { $0 != 0 } }
        }
    }

    /// True when the split states for each label or component of a target whether a row has it.
    public func hasLabelFlags(_ target: String) -> Bool { entry(of: TensorNames.labelled(target))?.shape.count == 2 }
}
