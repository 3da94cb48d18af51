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
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: path, reason: "cannot be created: \(error.localizedDescription)")
        }
    }
}
