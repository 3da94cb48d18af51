/// The meaning of a raw table: the roles of its columns, and what becomes of them.
///
/// People write it in YAML, to import a table. The import completes it and stores it in
/// `dataset.json`, and training copies it into the run, so that new tables are read in the same
/// way.
public struct TableDescription: Hashable, Sendable, Encodable {
    /// The name of the dataset; `nil` uses that of the file.
    public var name: String?
    /// The table, relative to the description.
    public var file: String?
    /// The origin of the data.
    public var source: String?
    /// The licence of the data.
    public var licence: String?
    /// The reference to cite.
    public var citation: String?
    /// The character between cells; `nil` looks at the first line.
    public var delimiter: String?
    /// The decimal mark, `.` or `,`; `nil` looks at the cells.
    public var decimal: String?
    /// The texts of missing cells; `nil` uses those that pandas knows.
    public var missing: [String]?
    /// The columns by name; those that are not named are ignored.
    public var columns: [String: TableColumn]
    /// The modalities of several columns by name.
    public var modalities: [String: TableModality]
    /// The division of the samples; `nil` uses the default shares.
    public var splits: TableShares?

    /// Creates a description of columns.
    public init(columns: [String: TableColumn] = [:], modalities: [String: TableModality] = [:]) {
        self.columns = columns
        self.modalities = modalities
    }

    /// Reads a description from a YAML or JSON file.
    ///
    /// - Throws: `ConfigurationError` naming the file, the key, and what was expected.
    public init(file: String) throws {
        let node = try ConfigurationNode.yaml(file: file)
        self = try ConfigurationReader.read(node, file: file) { try TableDescription($0) }
    }

    /// Reads a description from text; errors name `file`.
    ///
    /// - Throws: As ``init(file:)``.
    public init(yaml: String, file: String = "table.yaml") throws {
        let node = try ConfigurationNode.yaml(text: yaml, file: file)
        self = try ConfigurationReader.read(node, file: file) { try TableDescription($0) }
    }

    init(_ reader: ConfigurationReader) throws {
        name = try reader.optionalString("name")
        file = try reader.optionalString("file")
        source = try reader.optionalString("source")
        licence = try reader.optionalString("licence")
        citation = try reader.optionalString("citation")
        delimiter = try reader.optionalString("delimiter")
        decimal = try reader.optionalString("decimal")
        missing = try reader.has("missing") ? reader.strings("missing") : nil
        columns = try reader.dictionary("columns", checkingNames: false, scalarKey: "as") { try TableColumn($0) }
        modalities = try reader.dictionary("modalities") { try TableModality($0) }
        splits = try reader.optional("splits") { try TableShares($0) }
        if let delimiter, delimiter.count != 1 || delimiter.utf8.count != 1 || "\"\n\r".contains(delimiter) {
            throw reader.failure("delimiter", "'\(delimiter)', expected one character such as ; or \"\\t\"")
        }
        if let decimal, ![".", ","].contains(decimal) {
            throw reader.failure("decimal", "'\(decimal)', expected . or ,")
        }
        try checkModalities(reader)
    }

    /// Checks that modalities have columns of one role, which no other modality has unless it shows
    /// the same observations in another form.
    private func checkModalities(_ reader: ConfigurationReader) throws {
        var owners: [String: String] = [:]
        for (name, modality) in modalities.sorted(by: { $0.key < $1.key }) {
            let key = "modalities.\(name).columns"
            var roles: Set<ColumnRole> = []
            for column in modality.columns {
                guard let role = columns[column]?.role else {
                    throw reader.failure(
                        key, "no column '\(column)' in columns" + ClosestName.hint(for: column, among: columns.keys))
                }
                guard role.isInput else { throw reader.failure(key, "column '\(column)' is \(role.rawValue)") }
                // Observations may be shown in several forms.
                if role != .observations, let owner = owners.updateValue(name, forKey: column) {
                    throw reader.failure(key, "column '\(column)' is also in '\(owner)'")
                }
                roles.insert(role)
            }
            guard modality.view != nil || !roles.contains(.observations) else {
                throw reader.failure("modalities.\(name).view", "missing, expected the form of its observations")
            }
            let isFile = roles.contains { $0.isFile || $0 == .text }
            guard roles.count < 2, !isFile || modality.columns.count == 1 else {
                let names = roles.map(\.rawValue).sorted().joined(separator: " and ")
                throw reader.failure(
                    key, "\(modality.columns.count) columns of \(names), expected numbers, or categories")
            }
        }
    }
}
