import Foundation

/// Operations on folders.
public enum Folder {
    /// Returns the path of the folder that contains a file or folder; empty for the current folder.
    ///
    /// Foundation's `deletingLastPathComponent` traps on names of one character.
    public static func parent(of path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        while bytes.count > max(1, slash) { bytes.removeLast() }
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Creates a folder and its missing parent folders.
    ///
    /// - Throws: ``FileError`` when the folder cannot be created.
    public static func make(_ path: String) throws {
        guard !FileChanges.areLeftToLead else { return }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: path, reason: "cannot be created: \(error.localizedDescription)", kind: .system)
        }
    }

    /// Returns the names in a folder, sorted; empty when it does not exist.
    ///
    /// - Throws: ``FileError`` when the folder exists and cannot be read.
    public static func names(in path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw FileError(path: path, reason: "cannot be read: \(error.localizedDescription)", kind: .system)
        }
    }

    /// Returns the content of a file; `nil` when it does not exist.
    ///
    /// - Throws: ``FileError`` when the file exists and cannot be read.
    public static func contents(ofFile path: String) throws -> Data? {
        if let data = FileManager.default.contents(atPath: path) { return data }
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        throw FileError(path: path, reason: "exists but cannot be read", kind: .system)
    }

    /// Removes a file or folder with its content, if it exists.
    ///
    /// - Throws: ``FileError`` when it cannot be removed.
    public static func remove(_ path: String) throws {
        guard !FileChanges.areLeftToLead else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return }
            throw FileError(path: path, reason: "cannot be removed: \(error.localizedDescription)", kind: .system)
        }
    }

    /// Removes the files and folders that a killed process left unfinished in a folder.
    ///
    /// - Throws: ``FileError`` when one cannot be removed.
    public static func removeUnfinished(in path: String) throws {
        for name in try names(in: path) where isUnfinished(name) { try remove("\(path)/\(name)") }
    }

    /// Returns true for the names of files and folders that are not complete yet.
    public static func isUnfinished(_ name: String) -> Bool {
        name.hasSuffix(".part") || name.hasPrefix(".") && name.hasSuffix(".partial")
    }

    /// Renames a file or folder, and makes the change durable.
    ///
    /// - Throws: ``FileError`` when it cannot be renamed.
    public static func move(_ path: String, to target: String) throws {
        guard !FileChanges.areLeftToLead else { return }
        guard rename(path, target) == 0 else {
            throw FileError(
                path: target, reason: "cannot be put in place: \(MappedFile.lastSystemMessage())", kind: .system)
        }
        try flush(parent(of: target))
    }

    /// Makes the entries of a folder durable, so that a renamed file survives a power failure.
    ///
    /// - Throws: ``FileError`` when flushing fails. Folders that cannot be opened or flushed by
    ///   their kind, as on some network file systems, are left alone.
    public static func flush(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) != 0, ![EINVAL, ENOTSUP, EBADF, EROFS].contains(errno) else { return }
        throw FileError(path: path, reason: "cannot be flushed: \(MappedFile.lastSystemMessage())", kind: .system)
    }
}
