import Foundation

/// A folder that appears under its name only once it is complete, in place of what stood there.
package final class ReplacedFolder {
    /// Where the contents go meanwhile.
    package var workPath: String { work.path }
    private let work: PartialFolder
    private let path: String
    private var isCommitted = false

    /// Begins a folder.
    ///
    /// - Parameters:
    ///   - marker: A file that an existing folder must hold to be replaced.
    ///   - owns: Decides by its name whether an entry of an existing folder may be removed; one that may
    ///     not stops the replacement, so that no file of the user's is ever lost.
    /// - Throws: `FileError` when something else stands at `path` or the place is not writable.
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
            throw FileError(path: path, reason: "exists and is no folder; it is not replaced")
        }
        let parent = (path as NSString).deletingLastPathComponent
        let name = (path as NSString).lastPathComponent
        PartialFolder.removeAbandoned(of: name, in: parent)
        do {
            work = try PartialFolder(of: name, in: parent)
        } catch {
            throw FileError(path: path, reason: "cannot write: \(error.localizedDescription)")
        }
    }

    deinit {
        if !isCommitted { try? FileManager.default.removeItem(atPath: workPath) }
    }

    /// Gives the folder its name; what stood there is removed, or put back when that fails.
    package func commit() throws {
        let files = FileManager.default
        let old = workPath + ".old"
        let replaces = files.fileExists(atPath: path)
        do {
            if replaces { try files.moveItem(atPath: path, toPath: old) }
            do {
                try files.moveItem(atPath: workPath, toPath: path)
            } catch {
                if replaces { try? files.moveItem(atPath: old, toPath: path) }
                throw error
            }
            isCommitted = true
            if replaces { try files.removeItem(atPath: old) }
        } catch {
            throw FileError(path: path, reason: "cannot be replaced: \(error.localizedDescription)")
        }
    }
}
