import Foundation

/// Operations on folders.
public enum Folder {
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
