import Files
import Foundation
import Torch

/// Lists the files of a folder of raw data.
enum FolderListing {
    /// Returns the sorted names of the files with an ending.
    ///
    /// - Throws: `FileError` when the folder does not exist or cannot be read.
    static func files(in folder: String, endingWith ending: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted()
        } catch {
            throw FileError(path: folder, reason: "cannot be listed: it does not exist or is not readable")
        }
    }
}
