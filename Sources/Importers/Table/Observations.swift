import Multimodal

/// A column of files with observations, shown in one form.
struct Observations: ModalityEncoder {
    /// The limit of observations of a set, unless a description states another one.
    private static let limit = 256

    let description: ModalityDescription
    private let modality: String
    private let column: Int
    private let reader: ObservationFile
    private let tokens: ObservationTokens

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ConfigurationError` for a column without quantities, or a field that is not one;
    ///   `ReaderError` for a column that the table lacks.
    init(
        _ modalityName: String, _ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable
    ) throws {
        self.modality = modalityName
        self.column = try raw.input(name)
        guard let quantities = column.quantities, let view = modality.view else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).quantities",
                reason: "missing, expected what the files measure, and the view of a modality")
        }
        guard let tokens = ObservationTokens(quantities, view) else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).quantities", reason: "a field of the modality is none of them")
        }
        self.tokens = tokens
        reader = ObservationFile(quantities)
        description = tokens.description(modality.kind ?? column.kind, "observations of column \(name)")
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let read = try samples.file(sample, column) { path in
            try reader.record(ByteRegion(path: path), file: path)
        }
        guard let (record, left) = read else { return nil }
        let unused = left.unnamed + left.unknown + left.late + left.other
        if unused > 0 { tally.add(.unusedObservation, modality, unused) }
        let (values, valid) = tokens.values(of: record)
        return EncodedModality(values: values, valid: valid)
    }

    /// The form of a modality that states none: a set.
    static let defaultView = ObservationView.set(elements: limit)

    /// Completes a column by the quantities and hours of its files, and by their scales in the
    /// training rows.
    ///
    /// - Parameter views: The forms in which modalities show the column.
    /// - Throws: `ReaderError` naming a file whose lines are not observations.
    static func fit(
        _ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int], training: [Int],
        views: [ObservationView]
    ) throws {
        var quantities = try column.quantities ?? found(index, samples, kept: kept)
        defer { column.quantities = quantities }
        guard quantities.repeated.contains(where: { $0.range == nil }) else { return }
        let reader = ObservationFile(quantities)
        let records = try training.compactMap { sample in
            try samples.file(sample, index) { try reader.record(ByteRegion(path: $0), file: $0).0 }
        }
        quantities = quantities.fitted(to: records, codes: Self.codes(of: views))
    }

    /// Returns the quantities that fields compare with codes.
    private static func codes(of views: [ObservationView]) -> Set<String> {
        Set(
            views.flatMap { view -> [String] in
                guard case .fields(let fields) = view else { return [] }
                return fields.filter { $0.contains("=") }.map { String($0.prefix { $0 != "=" }) }
            })
    }

    private static func found(_ index: Int, _ samples: TableSamples, kept: [Int]) throws -> ObservedQuantities {
        var names: Set<String> = []
        var last = 0
        for sample in kept {
            let minute = try samples.file(sample, index) { path in
                try ObservationFile.scan(ByteRegion(path: path), file: path, names: &names)
            }
            last = max(last, minute ?? 0)
        }
        guard !names.isEmpty else {
            throw ReaderError(
                file: samples.table.file,
                reason: "the files of column '\(samples.table.header[index])' hold no observations")
        }
        return ObservedQuantities(
            hours: max(1, (last + 59) / 60), once: [], repeated: names.sorted().map { ObservedQuantity(name: $0) })
    }
}
