import Files
import Foundation

/// A dataset: a folder with `dataset.json` and one memory-mapped safetensors file per split.
public final class Dataset: Sendable {
    /// The path of the folder.
    public let folder: String
    /// The contents of `dataset.json`.
    public let description: DatasetDescription
    /// The training split, to which parameters and standardisation statistics are fitted.
    public let train: DatasetSplit
    /// The validation split, which selects the parameters to keep.
    public let valid: DatasetSplit
    /// The held-out test split, used only for the final scores.
    public let test: DatasetSplit
    /// The checksum of `dataset.json` when it was read.
    let descriptionChecksum: Checksum

    /// Opens a dataset and checks its structure: files, tensors, dtypes, shapes and row counts, but
    /// not the values.
    ///
    /// - Throws: `ConfigurationError` for `dataset.json`; `FileError`, `SafetensorsError` or
    ///   `DatasetError` for a split. Each names the file, the key or tensor, and what was expected.
    public init(folder: String) throws {
        self.folder = folder
        let file = "\(folder)/\(DatasetDescription.fileName)"
        description = try DatasetDescription(file: file)
        descriptionChecksum = Array(try Folder.contents(ofFile: file) ?? Data()).withUnsafeBytes { Checksum($0) }
        train = try DatasetSplit(.train, folder: folder, description: description)
        valid = try DatasetSplit(.valid, folder: folder, description: description)
        test = try DatasetSplit(.test, folder: folder, description: description)
    }

    /// Returns the rows of one split.
    public func rows(of split: Split) -> DatasetSplit {
        switch split {
        case .train: train
        case .valid: valid
        case .test: test
        }
    }

    /// Checks every value by reading all files once.
    ///
    /// Values of valid tokens must be finite, masks must contain zeros and ones, and labels must
    /// lie within their classes. A group that `dataset.json` declares as disjoint must not have a
    /// member in two splits.
    ///
    /// - Parameter targets: The targets to check; `nil` checks all.
    /// - Throws: The first `DatasetError` found, naming file, tensor, row and expectation;
    ///   `SafetensorsError` when a group's tensor cannot be read.
    public func validate(targets: Set<String>? = nil) throws {
        for split in Split.allCases {
            defer { rows(of: split).file.releasePages() }
            if let problem = rows(of: split).problems(limit: 1, targets: targets).first { throw problem }
        }
        if let problem = try GroupOverlap.brokenPromises(of: self).first { throw problem }
    }

    /// Returns every problem that ``validate(targets:)`` could report, at most one per tensor and
    /// split.
    ///
    /// - Throws: `SafetensorsError` when a group's tensor cannot be read.
    public func problems() throws -> [DatasetError] {
        try Split.allCases.flatMap { rows(of: $0).problems(limit: .max) } + GroupOverlap.brokenPromises(of: self)
    }
}
