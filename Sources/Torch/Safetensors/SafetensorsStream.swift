import Files

/// Writes a safetensors file incrementally, for tensors larger than memory.
///
/// All tensors are declared first. Their bytes are then appended in any interleaving, and
/// `finish()` moves the file to its final path. A stream released before `finish()` leaves nothing
/// behind.
///
/// Tensors are ordered by decreasing element size, then by name, which keeps each one aligned. The
/// data start at a multiple of 64 bytes. Equal content therefore gives equal bytes.
public final class SafetensorsStream {
    /// The type and shape of a tensor to be written.
    public struct Declaration: Hashable, Sendable {
        /// The element type.
        public let dtype: DType
        /// The size of each axis.
        public let shape: [Int]

        /// Creates a declaration.
        public init(_ dtype: DType, _ shape: [Int]) {
            self.dtype = dtype
            self.shape = shape
        }
    }

    private static let dataAlignment = 64

    private let file: AtomicFile
    private let ranges: [String: Range<Int>]
    private var written: [String: Int] = [:]
    /// The checksum of the bytes so far and its place in the file; `nil` writes none.
    private var checksum: (sum: Checksum, done: Int, place: Int)?

    /// Creates a file and writes its header.
    ///
    /// - Parameters:
    ///   - path: The final path of the file.
    ///   - tensors: The declaration of each tensor, by name.
    ///   - metadata: Free text for the header.
    ///   - isChecked: True to add the checksum of the file to the metadata. The bytes must then be
    ///     appended in the order of ``order(of:)``.
    /// - Throws: `FileError` when the file cannot be created. ``SafetensorsError`` when a name is
    ///   reserved, a shape is invalid, or the header is too large.
    public init(
        path: String, tensors: [String: Declaration], metadata: [String: String] = [:], isChecked: Bool = false
    ) throws {
        let ordered = Self.order(of: tensors).compactMap { name in tensors[name].map { (name, $0) } }
        let metadata = isChecked ? metadata.merging(SafetensorsChecksum.placeholder) { $1 } : metadata
        var members = metadata.isEmpty ? [] : ["\"__metadata__\":\(Self.json(metadata))"]
        var offsets: [String: Range<Int>] = [:]
        var end = 0
        for (name, tensor) in ordered {
            guard name != "__metadata__" else {
                throw SafetensorsError(path: path, tensor: name, reason: "the format reserves this name")
            }
            guard let byteCount = SafetensorsEntry.byteCount(dtype: tensor.dtype, shape: tensor.shape),
                case let (next, overflow) = end.addingReportingOverflow(byteCount), !overflow
            else { throw SafetensorsError(path: path, tensor: name, reason: "impossible shape \(tensor.shape)") }
            offsets[name] = end..<next
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(Self.json(name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(end),\(next)]}")
            end = next
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        let remainder = (8 + header.count) % Self.dataAlignment
        if remainder > 0 {
            header += [UInt8](repeating: UInt8(ascii: " "), count: Self.dataAlignment - remainder)
        }
        guard header.count <= SafetensorsHeader.maximumByteCount else {
            throw SafetensorsError(
                path: path,
                reason:
                    "header of \(header.count) bytes is too large; expected at most \(SafetensorsHeader.maximumByteCount)"
            )
        }
        let dataStart = 8 + header.count
        ranges = offsets.mapValues { $0.lowerBound + dataStart..<$0.upperBound + dataStart }
        file = try AtomicFile(path: path)
        try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0, at: 0) }
        try header.withUnsafeBytes { try file.write($0, at: 8) }
        guard isChecked else { return }
        var sum = Checksum()
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { sum.add($0) }
        let place = header.withUnsafeBytes { bytes in
            sum.add(bytes)
            return SafetensorsChecksum.place(in: bytes)
        }
        checksum = place.map { (sum, dataStart, 8 + $0.lowerBound) }
    }

    /// Returns the names of tensors in the order of their bytes in the file.
    public static func order(of tensors: [String: Declaration]) -> [String] {
        tensors.sorted { (-$0.value.dtype.byteCount, $0.key) < (-$1.value.dtype.byteCount, $1.key) }.map(\.key)
    }

    /// Appends bytes to one tensor.
    ///
    /// - Throws: ``SafetensorsError`` when the tensor is not declared or the bytes exceed its size,
    ///   `FileError` when writing fails.
    public func append(_ bytes: UnsafeRawBufferPointer, to name: String) throws {
        guard let range = ranges[name] else {
            throw SafetensorsError(path: file.path, tensor: name, reason: "was not declared")
        }
        let done = written[name, default: 0]
        guard bytes.count <= range.count - done else {
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "\(done + bytes.count) bytes appended to a tensor of \(range.count)")
        }
        if let before = checksum {
            guard range.lowerBound + done == before.done else {
                throw SafetensorsError(path: file.path, tensor: name, reason: "was appended out of order")
            }
            checksum?.sum.add(bytes)
            checksum?.done += bytes.count
        }
        try file.write(bytes, at: range.lowerBound + done)
        written[name] = done + bytes.count
    }

    /// Appends the elements of an array to one tensor. Their type must match the tensor's element
    /// type.
    ///
    /// - Throws: ``SafetensorsError`` when the tensor is not declared or the bytes exceed its size,
    ///   `FileError` when writing fails.
    public func append<Element: BitwiseCopyable>(_ elements: [Element], to name: String) throws {
        try elements.withUnsafeBytes { try append($0, to: name) }
    }

    /// Checks that every tensor is complete and moves the file to its final path.
    ///
    /// - Throws: ``SafetensorsError`` with the name of an incomplete tensor, `FileError` when
    ///   writing fails.
    public func finish() throws {
        for (name, range) in ranges.sorted(by: { $0.key < $1.key }) where written[name, default: 0] != range.count {
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "\(written[name, default: 0]) of \(range.count) bytes were appended")
        }
        if let checksum {
            try Array(checksum.sum.text.utf8).withUnsafeBytes { try file.write($0, at: checksum.place) }
        }
        try file.commit()
    }

    private static func json(_ strings: [String: String]) -> String {
        let members = strings.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
        return "{\(members.joined(separator: ","))}"
    }

    private static func json(_ string: String) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
