/// The location of a suite's dataset, and the recipe that creates it.
public struct SuiteDataset: Hashable, Sendable, Encodable {
    /// The folder: absolute; relative to the suite file if it begins with `./` or `../`; otherwise
    /// relative to the data root.
    public var path: String
    /// The recipe or collection of recipes that `data fetch` uses to download the dataset, for
    /// messages.
    public var fetch: String?
    /// The recipe that imports the dataset from its publishers' files, for messages.
    public var recipe: String?

    enum CodingKeys: String, CodingKey {
        case path, fetch
        case recipe = "import"
    }

    init(_ reader: ConfigurationReader) throws {
        path = try reader.string("path")
        fetch = try reader.optionalString("fetch")
        recipe = try reader.optionalString("import")
        if path.isEmpty { throw reader.failure("path", "expected a folder") }
    }
}
