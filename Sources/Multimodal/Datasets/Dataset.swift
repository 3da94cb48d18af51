import Foundation

/// A dataset: a folder with `dataset.json` and one safetensors file for each split, memory-mapped and never loaded whole.
public final class Dataset: Sendable {
    /// The folder.
    public let folder: String
    /// What `dataset.json` says.
    public let description: DatasetDescription
    /// Rows that parameters and statistics are fitted to.
    public let train: DatasetSplit
    /// Rows that decide which parameters are kept.
    public let valid: DatasetSplit
    /// Rows that are looked at once, for the result.
    public let test: DatasetSplit

    /// Opens a dataset and checks its structure: files, tensors, types, shapes and row counts, but not the numbers.
    ///
    /// - Throws: `ConfigurationError` for `dataset.json`; `FileError`, `SafetensorsError` or `DatasetError` for the splits. Each
    ///   names the file, the key or tensor, and what was expected.
    public init(folder: String) throws {
        self.folder = folder
        description = try DatasetDescription(file: "\(folder)/\(DatasetDescription.fileName)")
        train = try DatasetSplit(.train, folder: folder, description: description)
        valid = try DatasetSplit(.valid, folder: folder, description: description)
        test = try DatasetSplit(.test, folder: folder, description: description)
    }

    /// The rows of one split.
    public func rows(of split: Split) -> DatasetSplit {
        switch split {
        case .train: train
        case .valid: valid
        case .test: test
        }
    }

    /// Looks at every number: no NaN or infinity in a valid token, masks of zeros and ones, labels within their classes,
    /// groups that are in no two splits where `dataset.json` promises it.
    ///
    /// Reads all of the files once.
    ///
    /// - Throws: the first `DatasetError` found, naming file, tensor, row and expectation.
    public func validate() throws {
        for split in Split.allCases {
            defer { rows(of: split).file.releasePages() }
            if let problem = rows(of: split).problems(limit: 1).first { throw problem }
        }
        if let problem = try GroupOverlap.brokenPromises(of: self).first { throw problem }
    }

    /// Everything that `validate()` would object to, at most one entry for each tensor of each split.
    ///
    /// - Throws: what reading the files throws.
    public func problems() throws -> [DatasetError] {
        try Split.allCases.flatMap { rows(of: $0).problems(limit: .max) } + GroupOverlap.brokenPromises(of: self)
    }
}
