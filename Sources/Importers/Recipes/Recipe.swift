import Files
import Foundation
import Multimodal

/// A conversion of a public dataset, from the files its publishers distribute to this project's
/// format.
///
/// A recipe reads files and writes datasets. It never executes code found in those files.
public struct Recipe: Sendable {
    /// The short name, used on the command line and for dataset folders.
    public let name: String
    /// A one-line description of the data.
    public let title: String
    /// The origin of the data.
    public let source: String
    /// The terms of use of the data.
    public let licence: String
    /// The reference to cite.
    public let citation: String
    /// The version, incremented whenever the output changes so that stale datasets are rebuilt.
    public let version: Int
    /// The numeric options of the recipe.
    public let options: [RecipeOption]
    /// Subfolders of the destination when the recipe makes several datasets; empty when it makes
    /// one.
    public let parts: [String]
    private let make: @Sendable (Recipe, RecipeRequest) throws -> [Dataset]

    init(
        name: String,
        title: String,
        source: String,
        licence: String,
        citation: String,
        version: Int = 1,
        make: @escaping @Sendable (Recipe, _ from: String, _ to: String, ImportRemarks) throws -> Dataset
    ) {
        self.init(name: name, title: title, source: source, licence: licence, citation: citation, version: version) {
            [try make($0, $1.source, $1.destination, $1.remarks)]
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
    ///   - source: Folder of the publishers' files.
    ///   - destination: Folder of the dataset, or of the subfolders `parts`. A dataset that this
    ///     recipe made there before is replaced once the new dataset is complete.
    ///   - options: Values by option name; options not given keep their defaults.
    ///   - replaces: True to replace a dataset of another origin as well.
    ///   - progress: Called with the progress of the work.
    ///   - remark: Called at the end with everything that was left out, replaced or converted.
    /// - Returns: The dataset, or the first one of a recipe with several parts.
    /// - Throws: `FileError`, `ReaderError` or `DatasetError`, each naming the file and the
    ///   position; `ConfigurationError` for an unknown option or a value out of range. No partial
    ///   output is left behind.
    @discardableResult
    public func run(
        from source: String,
        to destination: String,
        options: [String: Double] = [:],
        replaces: Bool = false,
        progress: @escaping (RecipeProgress) -> Void = { _ in },
        remark: (ImportRemark) -> Void = { _ in }
    ) throws -> Dataset {
        let values = try RecipeOption.values(of: self.options, chosen: options, recipe: name)
        if !replaces { try checkDestination(destination) }
        let remarks = ImportRemarks()
        let request = RecipeRequest(
            source: source, destination: destination, options: values, progress: progress, remarks: remarks)
        guard let dataset = try make(self, request).first else {
            throw ReaderError(file: source, reason: "holds no data that recipe \(name) can import")
        }
        remarks.all.forEach(remark)
        return dataset
    }

    /// Checks that the recipe would not replace a dataset of another origin.
    private func checkDestination(_ destination: String) throws {
        for folder in parts.isEmpty ? [destination] : parts.map({ "\(destination)/\($0)" }) {
            try Self.checkOrigin(of: folder, recipe: name)
        }
    }

    /// Checks that a folder holds no dataset, or one that a recipe made.
    ///
    /// - Throws: `FileError` that names the folder and its dataset.
    static func checkOrigin(of folder: String, recipe name: String) throws {
        let file = "\(folder)/\(DatasetDescription.fileName)"
        guard FileManager.default.fileExists(atPath: file) else { return }
        let existing = try? DatasetDescription(file: file)
        guard existing?.recipe?.split(separator: " ").first.map(String.init) != name else { return }
        throw FileError(
            path: folder,
            reason: "holds a dataset that recipe \(name) did not make"
                + (existing.map { " ('\($0.name)')" } ?? "")
                + "; choose another folder, or replace it with --replace")
    }

    /// Returns true if a folder holds datasets made by this version of the recipe.
    public func isCurrent(in folder: String) -> Bool {
        (parts.isEmpty ? [folder] : parts.map { "\(folder)/\($0)" }).allSatisfy { folder in
            guard let dataset = try? Dataset(folder: folder) else { return false }
            return dataset.description.recipe == label
        }
    }

    /// The name and version, as recorded in `dataset.json`.
    public var label: String { "\(name) \(version)" }

    /// Returns a dataset description with the recipe's name, source, licence, citation and label.
    func description(
        modalities: [String: ModalityDescription],
        targets: [String: TargetDescription],
        groups: [String: GroupDescription]? = nil
    ) -> DatasetDescription {
        var description = DatasetDescription(
            name: name, source: source, licence: licence, citation: citation, modalities: modalities, targets: targets,
            groups: groups)
        description.recipe = label
        return description
    }
}
