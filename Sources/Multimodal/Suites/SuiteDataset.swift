/// Where a dataset of a suite lies, and how to get it.
public struct SuiteDataset: Hashable, Sendable, Encodable {
    /// Folder: absolute; beginning with `./` or `../`, relative to the suite file; else relative to the data root.
    public var path: String
    /// The recipe or collection of recipes that makes it, for messages and for `data fetch`.
    public var fetch: String?
    /// The recipe that makes it from the files of its publishers, for messages.
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
