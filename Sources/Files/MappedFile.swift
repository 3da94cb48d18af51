import Foundation

/// A regular file, mapped read-only into memory for the lifetime of the instance.
///
/// Pages are loaded on first access, so mapping a file of many gigabytes needs no memory up front.
/// No other process may truncate the file while it is mapped. Replacing it by renaming, as
/// ``AtomicFile`` does, is safe.
public final class MappedFile: @unchecked Sendable {
    /// The path as given.
    public let path: String
    /// The bytes of the file, valid for the lifetime of this instance. They are never written, so
    /// threads can share them.
    public let bytes: UnsafeRawBufferPointer
    private let descriptor: Int32

    /// Opens and maps a file.
    ///
    /// - Throws: ``FileError`` when the file is missing, unreadable or not a regular file, or
    ///   cannot be mapped.
    public init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path: path, reason: Self.lastSystemMessage()) }
        self.descriptor = descriptor
        var isKept = false
        defer { if !isKept { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, reason: Self.lastSystemMessage()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path: path, reason: "not a regular file") }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            isKept = true
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw FileError(path: path, reason: "cannot map into memory: \(Self.lastSystemMessage())")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
        isKept = true
    }

    deinit {
        if let address = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        }
        close(descriptor)
    }

    /// Copies bytes of the file by a read instead of through the mapping.
    ///
    /// For scattered parts of a file that is larger than memory, this is many times faster: a read
    /// loads what it needs and no more, and the system can drop pages that nobody has mapped.
    ///
    /// - Parameters:
    ///   - start: The place of the first byte.
    ///   - target: The memory to fill.
    /// - Throws: ``FileError`` when the file ends before, or cannot be read.
    public func read(from start: Int, into target: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < target.count, let address = target.baseAddress {
            let count = pread(descriptor, address + done, target.count - done, off_t(start + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw FileError(
                    path: path,
                    reason: count == 0 ? "ends early; it was changed while in use" : Self.lastSystemMessage())
            }
            done += count
        }
    }

    /// Releases the pages loaded so far. The next access loads them again.
    public func releasePages() {
        if let address = bytes.baseAddress {
            madvise(UnsafeMutableRawPointer(mutating: address), bytes.count, MADV_DONTNEED)
        }
    }

    /// Returns the operating system's message for the current `errno`.
    package static func lastSystemMessage() -> String { String(cString: strerror(errno)) }
}
