import Foundation

/// A file that appears under its final name only when it is complete.
///
/// Bytes go to a hidden temporary file in the same folder. `commit()` flushes that file to disk,
/// renames it, and flushes the folder. An instance released without `commit()` deletes the
/// temporary file and leaves any existing file at `path` unchanged. The temporary file is locked,
/// which tells it from the leftovers of a killed process; the next instance removes those.
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
        guard !isLeft else {
            (temporaryPath, descriptor) = (Self.path(".\(name).partial", in: folder), -1)
            return
        }
        Self.removeAbandoned(of: name, in: folder)
        while true {
            let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
            let temporaryPath = Self.path(".\(name).\(suffix).partial", in: folder)
            let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw FileError(
                    path: path, reason: "cannot write: \(MappedFile.lastSystemMessage())", kind: .system)
            }
            // Another process may take the file for a leftover until it is locked.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
            if !isLocked || access(temporaryPath, F_OK) == 0 {
                (self.temporaryPath, self.descriptor) = (temporaryPath, descriptor)
                return
            }
            close(descriptor)
        }
    }

    /// Removes the temporary files of a name that no process holds locked.
    private static func removeAbandoned(of name: String, in folder: String) {
        let prefix = ".\(name)."
        for entry in (try? Folder.names(in: folder.isEmpty ? "." : folder)) ?? []
        where entry.hasPrefix(prefix) && entry.hasSuffix(".partial") {
            let digits = entry.utf8.dropFirst(prefix.utf8.count).dropLast(".partial".utf8.count)
            guard (1...13).contains(digits.count),
                digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
            else { continue }
            let path = path(entry, in: folder)
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
        }
    }

    private static func path(_ entry: String, in folder: String) -> String {
        folder.isEmpty ? entry : (folder as NSString).appendingPathComponent(entry)
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
