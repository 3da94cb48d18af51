import Files

/// A memory-mapped safetensors file.
///
/// Opening reads and validates only the header. Data are read from disk on access.
public final class SafetensorsFile: Sendable {
    /// The path as given.
    public let path: String
    /// The entry of each tensor, by name.
    public let entries: [String: SafetensorsEntry]
    /// The free-text metadata of the header.
    public let metadata: [String: String]
    private let file: MappedFile

    /// Opens a file and validates its header.
    ///
    /// Offsets must lie within the file without gaps or overlaps, and sizes must match shapes.
    ///
    /// - Throws: `FileError` when the file cannot be opened, ``SafetensorsError`` when it is
    ///   truncated or invalid.
    public init(path: String) throws {
        self.path = path
        file = try MappedFile(path: path)
        let header = try SafetensorsHeader(file: file.bytes, path: path)
        entries = header.entries
        metadata = header.metadata
    }

    /// Returns the entry of a tensor.
    ///
    /// - Throws: ``SafetensorsError`` when the tensor does not exist.
    public func entry(named name: String) throws -> SafetensorsEntry {
        guard let entry = entries[name] else {
            let present = entries.keys.sorted().prefix(8).joined(separator: ", ")
            let more = entries.count > 8 ? ", …" : ""
            throw SafetensorsError(path: path, tensor: name, reason: "missing; the file has \(present)\(more)")
        }
        return entry
    }

    /// The size of the file in bytes.
    public var byteCount: Int { file.bytes.count }

    /// The checksum of all bytes of the file.
    public var checksum: Checksum { withExtendedLifetime(file) { Checksum(file.bytes) } }

    /// The checksum in the metadata; `nil` when the file has none. See ``check(advice:)``.
    public var statedChecksum: String? { metadata[SafetensorsChecksum.key] }

    /// Checks the file against the checksum in its metadata. A file without one passes, since other
    /// programs and earlier versions write none.
    ///
    /// - Parameter advice: The remedy for a damaged file, for the message.
    /// - Throws: ``SafetensorsError`` when the bytes do not match.
    public func check(advice: String) throws {
        guard let stated = statedChecksum else { return }
        let found = withExtendedLifetime(file) { SafetensorsChecksum.found(in: file.bytes, stated: stated) }
        guard found == stated else {
            throw SafetensorsError(
                path: path, reason: "is damaged: its checksum is \(found ?? "none"), expected \(stated); \(advice)")
        }
    }

    /// Releases the memory pages read so far, for use after one pass over the file.
    public func releasePages() { file.releasePages() }

    /// Calls `body` with the bytes of one tensor, directly from the mapping.
    ///
    /// The bytes are row-major and little-endian. Files from other writers may not align them to
    /// the element size. The pointer is valid only during the call.
    ///
    /// - Throws: ``SafetensorsError`` when the tensor does not exist, and any error of `body`.
    public func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        let entry = try entry(named: name)
        return try withExtendedLifetime(file) {
            try body(UnsafeRawBufferPointer(rebasing: file.bytes[entry.byteRange]))
        }
    }

    /// Copies a part of the bytes of one tensor, without the mapping. See
    /// `MappedFile.read(from:into:)`.
    ///
    /// - Parameters:
    ///   - name: The tensor.
    ///   - start: The place of the first byte in the tensor.
    ///   - target: The memory to fill.
    /// - Throws: ``SafetensorsError`` when the tensor does not exist or is shorter; `FileError`
    ///   when the file cannot be read.
    public func read(_ name: String, from start: Int, into target: UnsafeMutableRawBufferPointer) throws {
        let range = try entry(named: name).byteRange
        guard start >= 0, start + target.count <= range.count else {
            throw SafetensorsError(
                path: path, tensor: name,
                reason: "has \(range.count) bytes, expected at least \(start + target.count)")
        }
        try file.read(from: range.lowerBound + start, into: target)
    }
}
