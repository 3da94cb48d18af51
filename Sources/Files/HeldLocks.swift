import Foundation

/// The lock files that this process holds, with the number of holders of each.
final class HeldLocks: @unchecked Sendable {
    static let shared = HeldLocks()

    private struct Held {
        var descriptor: Int32
        var isExclusive: Bool
        var file: String
        /// The folders to remove again if they are empty, the innermost first.
        var created: [String]
        var holders = 1
    }

    private let mutex = NSLock()
    private var held: [String: Held] = [:]

    /// The usual seconds to wait for an owner that is about to end. A killed job returns before the
    /// last of its processes has ended.
    static let patience = 1.0

    /// Takes a lock, or shares the one that this process holds.
    ///
    /// - Parameters:
    ///   - file: The lock file.
    ///   - folder: The folder that it locks.
    ///   - created: The folders to remove again if they are empty, the innermost first.
    ///   - patience: The seconds to wait for another owner.
    /// - Returns: The key for ``release(_:)``, and whether the file system has locks.
    func take(
        file: String, folder: String, created: [String], patience: Double = patience
    ) throws -> (key: String, isExclusive: Bool) {
        try mutex.withLock {
            let parent = Folder.parent(of: file)
            let key = Self.realPath(parent.isEmpty ? "." : parent) + "/" + (file as NSString).lastPathComponent
            if let existing = held[key] {
                held[key]?.holders += 1
                return (key, existing.isExclusive)
            }
            // An owner that ends removes its file, perhaps between the opening and the locking
            // here.
            for _ in 0..<100 {
                let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
                guard descriptor >= 0 else { throw Self.failure(folder, "cannot be locked") }
                var isKept = false
                defer { if !isKept { close(descriptor) } }
                let isExclusive = try Self.lock(descriptor, folder: folder, patience: patience)
                guard Self.isFile(descriptor, file) else { continue }
                try Self.write(owner: Self.owner, descriptor, folder: folder)
                isKept = true
                held[key] = Held(descriptor: descriptor, isExclusive: isExclusive, file: file, created: created)
                return (key, isExclusive)
            }
            throw FolderInUse(folder: folder, owner: nil)
        }
    }

    /// Releases a lock once its last holder is gone, and removes its file.
    func release(_ key: String) {
        mutex.withLock {
            held[key]?.holders -= 1
            guard let last = held[key], last.holders == 0 else { return }
            held[key] = nil
            // The file is removed while it is locked. A process that opened it before notices.
            unlink(last.file)
            close(last.descriptor)
            for path in last.created { rmdir(path) }
        }
    }

    /// Locks an open file; returns false where the file system has no locks.
    private static func lock(_ descriptor: Int32, folder: String, patience: Double) throws -> Bool {
        let deadline = Date(timeIntervalSinceNow: patience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK where Date() < deadline: usleep(20_000)
            case EWOULDBLOCK: throw FolderInUse(folder: folder, owner: readOwner(descriptor))
            case ENOTSUP, EOPNOTSUPP, ENOSYS, ENOLCK, EINVAL: return false
            default: throw failure(folder, "cannot be locked")
            }
        }
        return true
    }

    /// The owner as the lock file names it.
    private static var owner: String {
        var name = [CChar](repeating: 0, count: 256)
        let isNamed = gethostname(&name, name.count - 1) == 0
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "process \(getpid())" + (isNamed && !host.isEmpty ? " on host \(host)" : "")
    }

    private static func write(owner: String, _ descriptor: Int32, folder: String) throws {
        let bytes = Array((owner + "\n").utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw failure(folder, "cannot be locked")
        }
    }

    /// Returns the text of a lock file. Its owner writes it just after locking, so an empty file is
    /// read again for a while.
    private static func readOwner(_ descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 512)
        for _ in 0..<20 {
            let count = pread(descriptor, &bytes, bytes.count, 0)
            let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            if let line = text.split(separator: "\n").first { return String(line) }
            usleep(5000)
        }
        return nil
    }

    private static func isFile(_ descriptor: Int32, _ file: String) -> Bool {
        var (opened, named) = (stat(), stat())
        return fstat(descriptor, &opened) == 0 && stat(file, &named) == 0 && opened.st_ino == named.st_ino
            && opened.st_dev == named.st_dev
    }

    private static func realPath(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func failure(_ folder: String, _ text: String) -> FileError {
        FileError(path: folder, reason: "\(text): \(MappedFile.lastSystemMessage())", kind: .system)
    }
}
