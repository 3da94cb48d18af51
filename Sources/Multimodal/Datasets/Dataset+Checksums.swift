import Files
import Foundation

extension Dataset {
    /// Returns the checksums of the files of a dataset by name.
    ///
    /// - Parameter splits: The splits whose files to read.
    /// - Throws: `FileError` when a file cannot be read.
    public func checksums(of splits: [Split] = Split.allCases) throws -> [String: Checksum] {
        let path = "\(folder)/\(DatasetDescription.fileName)"
        guard let text = try Folder.contents(ofFile: path) else {
            throw FileError(path: path, reason: "is missing")
        }
        var sums = [DatasetDescription.fileName: Array(text).withUnsafeBytes { Checksum($0) }]
        for split in splits {
            let file = rows(of: split).file
            sums[split.fileName] = file.checksum
            file.releasePages()
        }
        return sums
    }
}
