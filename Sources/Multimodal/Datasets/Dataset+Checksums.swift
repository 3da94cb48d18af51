import Files

extension Dataset {
    /// Returns the checksums of the files of a dataset by name, as they are open.
    ///
    /// - Parameter splits: The splits whose files to read.
    public func checksums(of splits: [Split] = Split.allCases) -> [String: Checksum] {
        var sums = [DatasetDescription.fileName: descriptionChecksum]
        for split in splits {
            let file = rows(of: split).file
            sums[split.fileName] = file.checksum
            file.releasePages()
        }
        return sums
    }
}
