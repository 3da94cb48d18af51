import Files

/// A safetensors file, memory-mapped.
///
/// Opening reads the header only and checks all of it; data are read from the disk when they are touched.
public final class SafetensorsFile: Sendable {
    /// The path as given.
    public let path: String
    /// Every tensor of the file by name.
    public let entries: [String: SafetensorsEntry]
    /// Free text kept in the header.
    public let metadata: [String: String]
    private let file: MappedFile

    /// Opens a file and checks its header: offsets in range, without gap or overlap, sizes that match the shapes.
    ///
    /// - Throws: `FileError` when it cannot be opened; `SafetensorsError` when it is truncated or not valid.
    public init(path: String) throws {
        self.path = path
        file = try MappedFile(path: path)
        let header = try SafetensorsHeader(file: file.bytes, path: path)
        entries = header.entries
        metadata = header.metadata
    }

    /// The entry of a tensor.
    ///
    /// - Throws: `SafetensorsError` when there is none of that name.
    public func entry(named name: String) throws -> SafetensorsEntry {
        guard let entry = entries[name] else {
            let present = entries.keys.sorted().prefix(8).joined(separator: ", ")
            let more = entries.count > 8 ? ", …" : ""
            throw SafetensorsError(path: path, tensor: name, reason: "missing; the file has \(present)\(more)")
        }
        return entry
    }

    /// Lets go of the memory that reading has taken so far, for whoever has gone through the whole file once.
    public func releasePages() { file.releasePages() }

    /// Gives the bytes of one whole tensor, straight from the mapping.
    ///
    /// They are little-endian and row-major and need not be aligned to the element size in files of other writers.
    /// The pointer must not leave `body`.
    ///
    /// - Throws: `SafetensorsError` when there is no such tensor, and what `body` throws.
    public func withBytes<Result>(
        of name: String,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let entry = try entry(named: name)
        return try withExtendedLifetime(file) {
            try body(UnsafeRawBufferPointer(rebasing: file.bytes[entry.byteRange]))
        }
    }
}
