import Foundation

/// A regular file, mapped read-only into memory for as long as this value lives.
///
/// Pages are read when they are touched, so a mapping of many gigabytes costs no memory of its own. The file must not be
/// shortened by another process meanwhile; files that are replaced by renaming (as `AtomicFile` does) are safe.
public final class MappedFile: @unchecked Sendable {
    /// The path as given.
    public let path: String
    /// The file's bytes; valid while this object lives. Never written to, hence safe to share.
    public let bytes: UnsafeRawBufferPointer

    /// Opens and maps a file.
    ///
    /// - Throws: `FileError` when the file is missing, unreadable, or not a regular file.
    public init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path: path, reason: Self.lastSystemMessage()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, reason: Self.lastSystemMessage()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path: path, reason: "not a regular file") }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw FileError(path: path, reason: "cannot map into memory: \(Self.lastSystemMessage())")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    deinit {
        if let address = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        }
    }

    /// Lets go of the pages that were read so far; they are read again when they are next touched.
    public func releasePages() {
        if let address = bytes.baseAddress {
            madvise(UnsafeMutableRawPointer(mutating: address), bytes.count, MADV_DONTNEED)
        }
    }

    package static func lastSystemMessage() -> String { String(cString: strerror(errno)) }
}
