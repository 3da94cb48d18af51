import Foundation

/// A folder that replaces any existing folder of the same name only when it is complete.
package final class ReplacedFolder {
    /// The path of the working folder to fill before ``commit()``.
    package var workPath: String { work.path }
    private let work: PartialFolder
    /// Keeps other processes from replacing the same folder meanwhile.
    private let lock: FolderLock
    private let path: String
    private var isCommitted = false

    /// Creates the working folder and removes abandoned ones.
    ///
    /// - Parameters:
    ///   - marker: A file that an existing, non-empty folder must contain to be replaced.
    ///   - owns: Decides by its name whether an entry of an existing folder may be removed. An
    ///     entry that may not be removed stops the replacement, so that no other file is lost.
    /// - Throws: ``FolderInUse`` when another process is replacing the folder. ``FileError`` when
    ///   `path` is a file or an unrelated folder, when an entry may not be removed, or when the
    ///   location is not writable.
    package init(path: String, marker: String, owns: (String) -> Bool = { _ in true }) throws {
        self.path = path
        let files = FileManager.default
        if let contents = try? files.contentsOfDirectory(atPath: path) {
            guard contents.isEmpty || contents.contains(marker) else {
                throw FileError(path: path, reason: "exists and has no \(marker); it is not replaced")
            }
            let others = contents.filter { !owns($0) }.sorted()
            guard others.isEmpty else {
                let names = others.prefix(3).joined(separator: ", ") + (others.count > 3 ? ", …" : "")
                throw FileError(
                    path: path,
                    reason: "is not replaced: it also holds \(names); choose another folder, or move these away first")
            }
        } else if files.fileExists(atPath: path) {
            throw FileError(path: path, reason: "exists and is not a folder; it is not replaced")
        }
        lock = try FolderLock(placeOf: path)
        let parent = Folder.parent(of: path)
        let name = (path as NSString).lastPathComponent
        PartialFolder.removeAbandoned(of: name, in: parent)
        do {
            work = try PartialFolder(of: name, in: parent)
            UnfinishedFolders.shared.add(work.path)
        } catch {
            throw FileError(path: path, reason: "cannot write: \(error.localizedDescription)", kind: .system)
        }
    }

    deinit {
        if !isCommitted { try? FileManager.default.removeItem(atPath: workPath) }
        UnfinishedFolders.shared.forget(workPath)
    }

    /// Moves the working folder to its final path and removes the folder that was there.
    ///
    /// - Throws: ``FileError`` when a move fails; the previous folder is then put back. It is also
    ///   thrown when the new folder is in place but the previous one cannot be removed.
    package func commit() throws { try UnfinishedFolders.shared.whileKept(moveToPlace) }

    private func moveToPlace() throws {
        let files = FileManager.default
        let old = workPath + ".old"
        let replaces = files.fileExists(atPath: path)
        if replaces, try exchange() { return }
        do {
            if replaces { try files.moveItem(atPath: path, toPath: old) }
            do {
                try files.moveItem(atPath: workPath, toPath: path)
            } catch {
                if replaces { try? files.moveItem(atPath: old, toPath: path) }
                throw error
            }
            isCommitted = true
            try Folder.flush(Folder.parent(of: path))
            if replaces { try files.removeItem(atPath: old) }
        } catch {
            throw FileError(path: path, reason: "cannot be replaced: \(error.localizedDescription)", kind: .system)
        }
    }

    /// Exchanges both folders in one step, so that one of them is always in place. Returns false
    /// where the system cannot.
    ///
    /// - Throws: ``FileError`` when the previous folder cannot be removed afterwards.
    private func exchange() throws -> Bool {
        #if os(Linux)
            // The C library declares this function only on request.
            typealias Rename =
                @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
            guard let symbol = dlsym(nil, "renameat2") else { return false }
            let exchanges = UInt32(1 << 1)
            let rename = unsafeBitCast(symbol, to: Rename.self)
            guard rename(AT_FDCWD, workPath, AT_FDCWD, path, exchanges) == 0 else { return false }
        #else
            guard renamex_np(workPath, path, UInt32(RENAME_SWAP)) == 0 else { return false }
        #endif
        isCommitted = true
        try Folder.flush(Folder.parent(of: path))
        try Folder.remove(workPath)
        return true
    }
}
