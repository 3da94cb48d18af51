import CArchive
import Files

/// Reads the members of `.zip`, `.tar` and `.tar.gz` files in sequence, without unpacking them to
/// disk.
///
/// libarchive decodes the archives; only these formats are enabled.
public enum ArchiveReader {
    /// A file within an archive.
    public struct Member: Sendable {
        /// The path within the archive, without a leading `./`.
        public let path: String
        /// The decompressed content.
        public let bytes: ByteRegion
    }

    /// The default limit of decompressed bytes per member.
    public static var defaultLimit: Int { FileMemory.limit }

    private static let blockSize = 1 << 16

    /// Visits the files of an archive in archive order.
    ///
    /// - Parameters:
    ///   - path: The path of the archive.
    ///   - limit: The limit of decompressed bytes per member; the sizes that an archive states
    ///     are not trusted.
    ///   - isWanted: Returns true for the path of a member to decompress. Folders and links are
    ///     skipped.
    ///   - visit: Receives a member and returns true to continue.
    /// - Throws: `FileError`; `ReaderError` naming archive, byte and member; and any error of
    ///   `visit`.
    public static func visit(
        path: String,
        limit: Int = defaultLimit,
        where isWanted: (String) -> Bool = { _ in true },
        _ visit: (Member) throws -> Bool
    ) throws {
        try self.visit(ByteRegion(path: path), file: path, limit: limit, where: isWanted, visit)
    }

    /// Visits the files of an archive that is already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming archive, byte and member; and any error of `visit`.
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
                // macOS adds such files, which hold no data of the publisher.
                guard path.split(separator: "/").last?.hasPrefix("._") == false else { continue }
                guard isWanted(path) else { continue }
                guard archive_entry_is_encrypted(entry) == 0 else { throw archive.failure("'\(path)' is encrypted") }
                let bytes = try archive.contents(limit: limit, member: path)
                guard try visit(Member(path: path, bytes: ByteRegion(bytes))) else { return }
            }
        }
    }

    /// Returns the decompressed content of a `.gz` file.
    ///
    /// - Throws: `ReaderError` naming file and byte.
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
        guard let handle = archive_read_new() else { throw ReaderError(file: file, reason: "out of memory") }
        defer { archive_read_free(handle) }
        archive_read_support_filter_gzip(handle)
        if isArchive {
            archive_read_support_format_zip(handle)
            archive_read_support_format_tar(handle)
        } else {
            archive_read_support_format_raw(handle)
        }
        let archive = OpenArchive(handle: handle, file: file)
        let accepted: Set<FileSignature> = isArchive ? [.zip, .tar, .gzip] : [.gzip]
        try region.check(isArchive ? "a .zip, .tar or .tar.gz archive" : "a .gz file", accepting: accepted, file: file)
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
            default: throw failure("not a readable archive (\(message)), expected .zip, .tar or .gz")
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
                guard bytes.count + count <= limit else {
                    throw failure("\(name)has more than \(limit) bytes; \(FileMemory.advice)")
                }
                bytes.append(contentsOf: block[..<count])
            }
        }
    }
}
