import Multimodal

/// The samples of a raw table, encoded as those of a dataset.
public struct EncodedTable {
    /// The path of the table.
    public var file: String { samples.table.file }
    /// The number of samples.
    public var count: Int { samples.count }
    /// Counts of what was missing, unknown, cut or converted so far.
    public internal(set) var tally = TableTally()

    let samples: TableSamples
    private let encoders: [(name: String, isMasked: Bool, encoder: any ModalityEncoder)]
    private let id: Int?

    /// Opens a table with the encoding of a dataset.
    ///
    /// - Parameters:
    ///   - file: The path of the table: CSV, TSV or JSON Lines. Targets are not needed.
    ///   - encoding: The encoding that the dataset states.
    ///   - modalities: The modalities to encode; `nil` encodes all.
    /// - Throws: `FileError`; `ReaderError` naming line and column; `ConfigurationError` for an
    ///   encoding that is not complete.
    public init(file: String, encoding: TableDescription, modalities: Set<String>? = nil) throws {
        // Another table may have another dialect, for example one that Excel wrote.
        let stated = encoding.delimiter?.first
        let table = try RawTable(path: file, delimiter: stated.flatMap { RawTable.separators.contains($0) ? nil : $0 })
        var encoding = encoding
        if encoding.decimal == nil, table.hasDecimalComma { encoding.decimal = "," }
        try self.init(TableSamples(table, encoding), encoding, modalities: modalities)
    }

    init(_ samples: TableSamples, _ encoding: TableDescription, modalities: Set<String>? = nil) throws {
        self.samples = samples
        let chosen = encoding.modalities.sorted { $0.key < $1.key }.filter { modalities?.contains($0.key) ?? true }
        encoders = try chosen.map { name, modality in
            (name, modality.masked ?? false, try encoding.encoder(of: name, modality, samples.table))
        }
        let name = encoding.columns.filter { $0.value.role == .id }.keys.min()
        let column = name ?? "file"
        id = samples.table.has(column) ? try samples.table.column(column) : nil
    }

    /// The modalities as they are in the dataset.
    public var modalities: [String: ModalityDescription] {
        encoders.reduce(into: [:]) { $0[$1.name] = $1.encoder.description }
    }

    /// Counts something that happened to samples after they were encoded.
    public mutating func add(_ event: TableTally.Event, _ subject: String, _ count: Int) {
        tally.add(event, subject, count)
    }

    /// The ids of all samples; `nil` if the table has no such column.
    public var ids: [String?]? { id.map { column in (0..<count).map { samples.text($0, column) } } }

    /// Returns the modalities of a sample. Those that it lacks have no entry.
    ///
    /// - Throws: `ReaderError` or `FileError` naming the line and the column, or the file, that
    ///   cannot be read.
    public mutating func sample(_ index: Int) throws -> Sample {
        var sample = Sample(inputs: [:], targets: [:])
        for (name, isMasked, encoder) in encoders {
            guard let encoded = try encoder.encoded(index, of: samples, tally: &tally) else {
                tally.add(.missingModality, name)
                continue
            }
            sample.inputs[name] = encoded.values
            sample.valid[name] =
                encoded.valid ?? (isMasked ? Array(repeating: true, count: encoder.description.tokens) : nil)
        }
        return sample
    }
}
