import Files
import Foundation
import Torch

/// The files of a folder of raw data.
enum FolderListing {
    /// Names of the files with an ending, sorted.
    ///
    /// - Throws: `FileError` when there is no such folder.
    static func files(in folder: String, endingWith ending: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted()
        } catch {
            throw FileError(path: folder, reason: "cannot be listed: no such folder, or not readable")
        }
    }
}
