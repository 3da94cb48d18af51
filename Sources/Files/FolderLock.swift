import Foundation

/// An exclusive lock on a folder, held by the only process that may write there.
///
/// The lock is a file that names its owner, locked with `flock`. The operating system releases it
/// when the process ends, however it ends, so a leftover file of a killed process locks nothing.
/// Readers do not take the lock and are never blocked.
///
/// Within one process the lock is shared: nested work on the same folder holds it together.
///
/// Network file systems: Linux passes `flock` on NFS to the server, as a lock on all bytes of the
/// file; a second machine then sees it. With the mount options `nolock` or `local_lock`, and on
/// Lustre with `localflock`, it holds only among the processes of one machine. Where the file
/// system has no locks, work goes on without one, as ``isExclusive`` says.
///
/// Processes that leave their changes to a lead (``FileChanges``) work under the lock of the lead.
public final class FolderLock: Sendable {
    /// The name of the lock file in a locked folder.
    public static let fileName = ".lock"

    /// False when the file system has no locks.
    public let isExclusive: Bool
    /// The key of the held lock; `nil` when the lead of several processes holds it.
    private let key: String?

    /// Locks an existing folder, or creates it with its parents. Those that were created and are
    /// still empty when the lock is released are removed again.
    ///
    /// Another owner has a second to end, since a killed job returns before the last of its
    /// processes has ended.
    ///
    /// - Throws: ``FolderInUse`` when another process holds the lock, ``FileError`` when the folder
    ///   cannot be created or written.
    public convenience init(_ folder: String) throws {
        guard !FileChanges.areLeftToLead else {
            self.init(ofLead: ())
            return
        }
        let created = Self.missingFolders(of: folder)
        if !created.isEmpty { try Folder.make(folder) }
        do {
            try self.init(file: "\(folder)/\(Self.fileName)", folder: folder, created: created)
        } catch {
            for path in created { rmdir(path) }
            throw error
        }
    }

    /// Runs `body` while holding the lock of a folder.
    ///
    /// - Throws: The errors of ``init(_:)`` and of `body`.
    public static func holding<Result>(_ folder: String, _ body: () throws -> Result) throws -> Result {
        let lock = try FolderLock(folder)
        return try withExtendedLifetime(lock) { try body() }
    }

    /// Removes the lock file that a killed process left in a folder. Does nothing while a process
    /// holds the lock, or where the file cannot be removed.
    public static func removeLeftover(in folder: String) {
        guard !FileChanges.areLeftToLead, FileManager.default.fileExists(atPath: "\(folder)/\(fileName)") else {
            return
        }
        // The last holder of a lock removes its file.
        _ = try? FolderLock(file: "\(folder)/\(fileName)", folder: folder, created: [], patience: 0)
    }

    /// Locks the place of a folder that will be created or replaced. The lock file lies beside it.
    ///
    /// - Throws: ``FolderInUse`` when another process holds the lock, ``FileError`` when the parent
    ///   folder cannot be written.
    package convenience init(placeOf folder: String) throws {
        guard !FileChanges.areLeftToLead else {
            self.init(ofLead: ())
            return
        }
        let parent = Folder.parent(of: folder)
        let name = ".\((folder as NSString).lastPathComponent)\(Self.fileName)"
        if !parent.isEmpty { try Folder.make(parent) }
        try self.init(
            file: parent.isEmpty ? name : (parent as NSString).appendingPathComponent(name), folder: folder,
            created: [])
    }

    /// Returns a folder and its parents, as far as they do not exist, the innermost first.
    private static func missingFolders(of folder: String) -> [String] {
        var missing: [String] = []
        var path = folder
        while !path.isEmpty, !FileManager.default.fileExists(atPath: path) {
            missing.append(path)
            path = Folder.parent(of: path)
        }
        return missing
    }

    private init(ofLead: ()) { (key, isExclusive) = (nil, false) }

    private init(
        file: String, folder: String, created: [String], patience: Double = HeldLocks.patience
    ) throws {
        (key, isExclusive) = try HeldLocks.shared.take(
            file: file, folder: folder, created: created, patience: patience)
    }

    deinit { if let key { HeldLocks.shared.release(key) } }
}
