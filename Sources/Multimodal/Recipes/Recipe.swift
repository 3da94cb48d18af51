import Foundation

/// How one public dataset is made from the files that its publishers distribute.
///
/// A recipe reads files and writes a dataset; it never runs anything that it finds in them.
public struct Recipe: Sendable {
    /// Short name, as the command line and the datasets' folders use it.
    public let name: String
    /// What the data are, in a line.
    public let title: String
    /// Where the data come from.
    public let source: String
    /// Under which terms they may be used.
    public let licence: String
    /// How to cite them.
    public let citation: String
    /// Counts up whenever the recipe's result changes, so that stale datasets are made anew.
    public let version: Int
    private let make: @Sendable (Recipe, _ from: String, _ to: String) throws -> Dataset

    init(
        name: String,
        title: String,
        source: String,
        licence: String,
        citation: String,
        version: Int = 1,
        make: @escaping @Sendable (Recipe, _ from: String, _ to: String) throws -> Dataset
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.licence = licence
        self.citation = citation
        self.version = version
        self.make = make
    }

    /// Makes the dataset. The same files always give the same bytes.
    ///
    /// - Parameters:
    ///   - source: folder of the publishers' files.
    ///   - destination: folder of the dataset; one that stands there is replaced once the new one is complete.
    /// - Throws: `FileError`, `ReaderError` or `DatasetError`, each naming the file and the place; nothing is left behind.
    public func run(from source: String, to destination: String) throws -> Dataset {
        try make(self, source, destination)
    }

    /// Whether a folder holds what this version of the recipe makes.
    public func isCurrent(in folder: String) -> Bool {
        guard let dataset = try? Dataset(folder: folder) else { return false }
        return dataset.description.recipe == label
    }

    /// Name and version, as `dataset.json` notes them.
    public var label: String { "\(name) \(version)" }

    /// A description with the recipe's own particulars.
    func description(
        modalities: [String: ModalityDescription],
        targets: [String: TargetDescription]
    ) -> DatasetDescription {
        var description = DatasetDescription(
            name: name,
            source: source,
            licence: licence,
            citation: citation,
            modalities: modalities,
            targets: targets
        )
        description.recipe = label
        return description
    }
}
