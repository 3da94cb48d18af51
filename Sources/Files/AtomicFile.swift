import Foundation

/// A file that appears under its final name only when it is complete.
///
/// Bytes go to a hidden temporary file in the same folder. `commit()` flushes that file to disk,
/// renames it, and flushes the folder. An instance released without `commit()` deletes the
/// temporary file and leaves any existing file at `path` unchanged.
public final class AtomicFile {
    /// The final path.
    public let path: String
    private let temporaryPath: String
    private var descriptor: Int32
    private var isRenamed = false
    /// True when the file is left to another process.
    private let isLeft = FileChanges.areLeftToLead

    /// Creates the temporary file in the folder of `path`, which must exist.
    ///
    /// - Throws: ``FileError`` when the folder is missing or not writable.
    public init(path: String) throws {
        self.path = path
        let folder = Folder.parent(of: path)
        let name = (path as NSString).lastPathComponent
        let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
        let temporaryName = ".\(name).\(suffix).partial"
        temporaryPath = folder.isEmpty ? temporaryName : (folder as NSString).appendingPathComponent(temporaryName)
        guard !isLeft else {
            descriptor = -1
            return
        }
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(
                path: path, reason: "cannot write: \(MappedFile.lastSystemMessage())", kind: .system)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isRenamed, !isLeft { unlink(temporaryPath) }
    }

    /// Writes all of `bytes` at a byte offset from the beginning of the file.
    ///
    /// - Throws: ``FileError`` when writing fails, for instance because the disk is full, or after
    ///   `commit()`.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        guard !isLeft else { return }
        guard descriptor >= 0 else { throw FileError(path: path, reason: "cannot write: already committed") }
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor, UnsafeRawBufferPointer(rebasing: bytes[done...]).baseAddress, bytes.count - done,
                off_t(offset + done))
            if written > 0 {
                done += written
            } else if errno != EINTR {
                throw FileError(
                    path: path, reason: "cannot write: \(MappedFile.lastSystemMessage())", kind: .system)
            }
        }
    }

    /// Flushes the file to disk and renames it to its final path in one step.
    ///
    /// - Throws: ``FileError`` when flushing or renaming fails, or when the file is already
    ///   committed. The final path is then unchanged. It is also thrown when the file is in place
    ///   but the folder cannot be flushed.
    public func commit() throws {
        guard !isLeft else { return }
        guard descriptor >= 0 else { throw FileError(path: path, reason: "cannot write: already committed") }
        let isFlushed = fsync(descriptor) == 0
        let problem = errno
        // Some file systems report a failed write only when the file is closed.
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard isFlushed, isClosed else {
            if !isFlushed { errno = problem }
            throw FileError(
                path: path, reason: "cannot write: \(MappedFile.lastSystemMessage())", kind: .system)
        }
        guard rename(temporaryPath, path) == 0 else {
            throw FileError(
                path: path, reason: "cannot rename: \(MappedFile.lastSystemMessage())", kind: .system)
        }
        isRenamed = true
        try Folder.flush(Folder.parent(of: path))
    }

    /// Writes a complete file in one call.
    ///
    /// - Throws: ``FileError`` when writing fails. An existing file then keeps its content.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try AtomicFile(path: path)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        try file.commit()
    }
}
