import Files
import Foundation
import Torch

/// Finds the files of a folder of raw data.
enum FolderListing {
    /// Returns the sorted names of the entries of a folder.
    ///
    /// - Throws: `FileError` when the folder does not exist or cannot be read.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw FileError(path: folder, reason: "cannot be listed: it does not exist or is not readable")
        }
    }

    /// Returns the sorted names of the files with one of some endings, in upper or lower case.
    ///
    /// The files that macOS adds beside others, `._name`, are skipped and counted.
    ///
    /// - Throws: `FileError` when the folder does not exist or cannot be read.
    static func files(in folder: String, endingWith endings: String..., remarks: ImportRemarks) throws -> [String] {
        let files = try names(in: folder).filter { name in
            endings.contains { name.lowercased().hasSuffix($0.lowercased()) }
        }
        remarks.add(.leftOut, files.count { $0.hasPrefix("._") }, "files of macOS (._…)", in: folder)
        return files.filter { !$0.hasPrefix("._") }
    }

    /// Returns the path of the first file that exists under one of some names; that of the first
    /// name if there is none, so that errors name it.
    static func file(in folder: String, named names: [String]) -> String {
        let paths = names.map { "\(folder)/\($0)" }
        return paths.first { FileManager.default.fileExists(atPath: $0) } ?? paths[0]
    }

    /// Returns the path of an archive under any of the usual endings.
    static func archive(in folder: String, named name: String) -> String {
        file(in: folder, named: [".tar.gz", ".tgz", ".tar", ".zip"].map { name + $0 })
    }
}
