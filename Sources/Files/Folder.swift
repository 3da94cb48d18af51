import Foundation

/// Folders on disk.
public enum Folder {
    /// Creates a folder and those above it, where they do not exist.
    ///
    /// - Throws: ``FileError`` when the folder cannot be created.
    public static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: path, reason: "cannot be made: \(error.localizedDescription)")
        }
    }
}
