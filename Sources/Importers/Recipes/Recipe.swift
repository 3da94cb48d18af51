import Files
import Foundation
import Multimodal

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
    /// Numbers that may be chosen.
    public let options: [RecipeOption]
    /// Folders within the destination, for a recipe that makes several datasets; empty for one that makes one.
    public let parts: [String]
    private let make: @Sendable (Recipe, RecipeRequest) throws -> [Dataset]

    init(
        name: String,
        title: String,
        source: String,
        licence: String,
        citation: String,
        version: Int = 1,
        make: @escaping @Sendable (Recipe, _ from: String, _ to: String) throws -> Dataset
    ) {
        self.init(name: name, title: title, source: source, licence: licence, citation: citation, version: version) {
            [try make($0, $1.source, $1.destination)]
        }
    }

    init(
        name: String,
        title: String,
        source: String,
        licence: String,
        citation: String,
        version: Int = 1,
        options: [RecipeOption] = [],
        parts: [String] = [],
        makeAll make: @escaping @Sendable (Recipe, RecipeRequest) throws -> [Dataset]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.licence = licence
        self.citation = citation
        self.version = version
        self.options = options
        self.parts = parts
        self.make = make
    }

    /// Makes the datasets. The same files and options always give the same bytes.
    ///
    /// - Parameters:
    ///   - source: folder of the publishers' files.
    ///   - destination: folder of the dataset, or of the folders `parts`; what this recipe made there before is replaced
    ///     once the new dataset is complete.
    ///   - options: values for `options` by name; the defaults for those that are not named.
    ///   - replaces: whether a dataset that this recipe did not make is replaced as well.
    ///   - progress: told how far the work is.
    /// - Returns: the dataset; of a recipe with several parts, the first.
    /// - Throws: `FileError`, `ReaderError` or `DatasetError`, each naming the file and the place; nothing is left behind.
    ///   `ConfigurationError` for an option that there is not, or a value out of its range.
    @discardableResult
    public func run(
        from source: String,
        to destination: String,
        options: [String: Double] = [:],
        replaces: Bool = false,
        progress: @escaping (RecipeProgress) -> Void = { _ in }
    ) throws -> Dataset {
        let values = try RecipeOption.values(of: self.options, chosen: options, recipe: name)
        if !replaces { try checkDestination(destination) }
        let request = RecipeRequest(
            source: source,
            destination: destination,
            options: values,
            progress: progress
        )
        guard let dataset = try make(self, request).first else {
            throw ReaderError(file: source, reason: "nothing that recipe \(name) could make a dataset of")
        }
        return dataset
    }

    /// Checks that no dataset of another origin stands where the recipe writes.
    private func checkDestination(_ destination: String) throws {
        for folder in parts.isEmpty ? [destination] : parts.map({ "\(destination)/\($0)" }) {
            let file = "\(folder)/\(DatasetDescription.fileName)"
            guard FileManager.default.fileExists(atPath: file) else { continue }
            let known = try? DatasetDescription(file: file)
            guard known?.recipe?.split(separator: " ").first.map(String.init) != name else { continue }
            throw FileError(
                path: folder,
                reason: "holds a dataset that recipe \(name) did not make"
                    + (known.map { " ('\($0.name)')" } ?? "")
                    + "; choose another folder, or replace it with --replace")
        }
    }

    /// Whether a folder holds what this version of the recipe makes.
    public func isCurrent(in folder: String) -> Bool {
        (parts.isEmpty ? [folder] : parts.map { "\(folder)/\($0)" }).allSatisfy { folder in
            guard let dataset = try? Dataset(folder: folder) else { return false }
            return dataset.description.recipe == label
        }
    }

    /// Name and version, as `dataset.json` notes them.
    public var label: String { "\(name) \(version)" }

    /// A description with the recipe's own particulars.
    func description(
        modalities: [String: ModalityDescription],
        targets: [String: TargetDescription],
        groups: [String: GroupDescription]? = nil
    ) -> DatasetDescription {
        var description = DatasetDescription(
            name: name,
            source: source,
            licence: licence,
            citation: citation,
            modalities: modalities,
            targets: targets,
            groups: groups
        )
        description.recipe = label
        return description
    }
}
