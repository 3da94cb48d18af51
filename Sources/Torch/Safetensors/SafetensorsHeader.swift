import Files

/// The header of a safetensors file.
///
/// Format: https://github.com/huggingface/safetensors (a little-endian 8-byte length N, N bytes of
/// JSON, then the data). ``SafetensorsHeaderScanner`` accepts only the JSON that the format allows.
/// Nesting is therefore bounded and duplicate keys are rejected.
struct SafetensorsHeader {
    /// The limit of the reference implementation.
    static let maximumByteCount = 100_000_000

    var entries: [String: SafetensorsEntry] = [:]
    var metadata: [String: String] = [:]

    /// Reads and validates a header.
    ///
    /// - Throws: ``SafetensorsError`` when offsets leave the file, sizes do not match shapes, or
    ///   data have gaps or overlaps.
    init(file bytes: UnsafeRawBufferPointer, path: String) throws {
        if let problem = FileSignature.mismatch(
            of: bytes, expected: "a safetensors file", accepting: [.safetensors])
        {
            throw SafetensorsError(path: path, reason: problem)
        }
        guard bytes.count >= 8 else {
            throw SafetensorsError(path: path, reason: "\(bytes.count) bytes long; a safetensors file has at least 8")
        }
        let claimed = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard let length = Int(exactly: claimed), length <= Self.maximumByteCount, length <= bytes.count - 8 else {
            throw SafetensorsError(
                path: path,
                reason:
                    "claims a header of \(claimed) bytes, but \(bytes.count - 8) follow: truncated or not a safetensors file"
            )
        }
        var scanner = SafetensorsHeaderScanner(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]), path: path)
        let declarations = try scanner.scan()
        metadata = declarations.metadata
        try place(declarations.tensors, dataStart: 8 + length, fileCount: bytes.count, path: path)
    }

    private mutating func place(
        _ tensors: [String: SafetensorsHeaderScanner.Declaration], dataStart: Int, fileCount: Int, path: String
    ) throws {
        let dataCount = fileCount - dataStart
        var end = 0
        let ordered = tensors.sorted { ($0.value.begin, $0.value.end, $0.key) < ($1.value.begin, $1.value.end, $1.key) }
        for (name, tensor) in ordered {
            guard let dtype = DType(rawValue: tensor.dtype) else {
                let supported = DType.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw SafetensorsError(
                    path: path, tensor: name,
                    reason: "dtype \(tensor.dtype) is not supported; expected one of \(supported)")
            }
            guard tensor.begin <= tensor.end, tensor.end <= dataCount else {
                throw SafetensorsError(
                    path: path, tensor: name,
                    reason:
                        "data_offsets [\(tensor.begin), \(tensor.end)] exceed the \(dataCount) bytes of data: truncated?"
                )
            }
            guard tensor.begin == end else {
                throw SafetensorsError(
                    path: path, tensor: name,
                    reason: "data begins at \(tensor.begin), expected \(end): gap or overlap with another tensor")
            }
            guard let byteCount = SafetensorsEntry.byteCount(dtype: dtype, shape: tensor.shape),
                byteCount == tensor.end - tensor.begin
            else {
                throw SafetensorsError(
                    path: path, tensor: name,
                    reason:
                        "\(dtype.rawValue) of shape \(tensor.shape) does not fill its \(tensor.end - tensor.begin) bytes"
                )
            }
            entries[name] = SafetensorsEntry(
                dtype: dtype, shape: tensor.shape, byteRange: dataStart + tensor.begin..<dataStart + tensor.end)
            end = tensor.end
        }
        guard end == dataCount else {
            throw SafetensorsError(path: path, reason: "\(dataCount - end) bytes at the end belong to no tensor")
        }
    }
}
