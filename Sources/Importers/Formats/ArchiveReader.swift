import CArchive

/// Reads the members of `.zip`, `.tar` and `.tar.gz` files in place, one after the other, without unpacking them to disk.
///
/// libarchive does the decoding; only the formats named here are switched on.
public enum ArchiveReader {
    /// One file within an archive.
    public struct Member: Sendable {
        /// Its path within the archive, without a leading `./`.
        public let path: String
        /// Its bytes, decompressed.
        public let bytes: ByteRegion
    }

    /// Most bytes of one member that are decompressed unless the caller says otherwise.
    public static let defaultLimit = 1 << 30

    private static let blockSize = 1 << 16

    /// Visits the files of an archive in their order.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - limit: the most bytes that a member may have; what an archive claims is never trusted.
    ///   - isWanted: whether a member of this path is to be decompressed; folders and links are never asked about.
    ///   - visit: takes the member, and says whether to go on.
    /// - Throws: `FileError`, what `visit` throws, or `ReaderError` naming archive, byte and member.
    public static func visit(
        path: String,
        limit: Int = defaultLimit,
        where isWanted: (String) -> Bool = { _ in true },
        _ visit: (Member) throws -> Bool
    ) throws {
        try self.visit(ByteRegion(path: path), file: path, limit: limit, where: isWanted, visit)
    }

    /// Visits the files of an archive that lies elsewhere; `file` is named in errors.
    public static func visit(
        _ region: ByteRegion,
        file: String,
        limit: Int = defaultLimit,
        where isWanted: (String) -> Bool = { _ in true },
        _ visit: (Member) throws -> Bool
    ) throws {
        try withArchive(region, file: file, isArchive: true) { archive in
            while let entry = try archive.nextEntry() {
                guard archive_entry_filetype(entry) == S_IFREG, let name = archive_entry_pathname(entry) else {
                    continue
                }
                var path = String(cString: name)
                if path.hasPrefix("./") { path.removeFirst(2) }
                guard isWanted(path) else { continue }
                guard archive_entry_is_encrypted(entry) == 0 else { throw archive.failure("'\(path)' is encrypted") }
                let bytes = try archive.contents(limit: limit, member: path)
                guard try visit(Member(path: path, bytes: ByteRegion(bytes))) else { return }
            }
        }
    }

    /// The bytes of a `.gz` file, decompressed.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public static func decompressed(_ region: ByteRegion, file: String, limit: Int = defaultLimit) throws -> [UInt8] {
        try withArchive(region, file: file, isArchive: false) { archive in
            guard try archive.nextEntry() != nil else { return [] }
            return try archive.contents(limit: limit, member: nil)
        }
    }

    private static func withArchive<Result>(
        _ region: ByteRegion,
        file: String,
        isArchive: Bool,
        _ body: (OpenArchive) throws -> Result
    ) throws -> Result {
        guard let handle = archive_read_new() else { throw ReaderError(file: file, reason: "no memory to read it") }
        defer { archive_read_free(handle) }
        archive_read_support_filter_gzip(handle)
        if isArchive {
            archive_read_support_format_zip(handle)
            archive_read_support_format_tar(handle)
        } else {
            archive_read_support_format_raw(handle)
        }
        let archive = OpenArchive(handle: handle, file: file)
        return try region.withBytes { bytes in
            guard bytes.count > 0 else { throw archive.failure("is empty") }
            guard archive_read_open_memory(handle, bytes.baseAddress, bytes.count) == ARCHIVE_OK else {
                throw archive.failure(archive.message)
            }
            return try body(archive)
        }
    }

    /// An archive while it is read.
    private struct OpenArchive {
        let handle: OpaquePointer
        let file: String

        var message: String { archive_error_string(handle).map { String(cString: $0) } ?? "unknown format" }

        func failure(_ reason: String) -> ReaderError {
            let byte = archive_filter_bytes(handle, -1)
            let line = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
            return ReaderError(file: file, position: .byte(max(0, Int(byte))), reason: line)
        }

        func nextEntry() throws -> OpaquePointer? {
            var entry: OpaquePointer?
            switch archive_read_next_header(handle, &entry) {
            case ARCHIVE_EOF: return nil
            case ARCHIVE_OK, ARCHIVE_WARN: return entry
            default: throw failure("no archive that can be read (\(message)), expected .zip, .tar or .gz")
            }
        }

        func contents(limit: Int, member: String?) throws -> [UInt8] {
            let name = member.map { "'\($0)' " } ?? ""
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: blockSize)
            while true {
                let count = block.withUnsafeMutableBytes { archive_read_data(handle, $0.baseAddress, $0.count) }
                guard count >= 0 else { throw failure("\(name)cannot be decompressed: \(message)") }
                if count == 0 { return bytes }
                guard bytes.count + count <= limit else { throw failure("\(name)has more than \(limit) bytes") }
                bytes.append(contentsOf: block[..<count])
            }
        }
    }
}
