import Multimodal

/// Columns of categories as a table row: one token per known category, 1 for the one of the cell.
///
/// Categories that training rows show less than twice share one token, "unknown". If there are no
/// such rows, an unknown category is none of the known ones.
struct CategoryFields: ModalityEncoder {
    /// The limit of known categories per column.
    static let limit = 64

    private struct Field {
        let name: String
        let column: Int
        let places: [String: Int]
        let hasUnknown: Bool

        var width: Int { places.count + (hasUnknown ? 1 : 0) }
    }

    let description: ModalityDescription
    private let fields: [Field]

    /// Creates the encoder of a modality.
    ///
    /// - Throws: `ConfigurationError` for a column without categories; `ReaderError` that names a
    ///   column that the table lacks.
    init(_ modality: TableModality, _ table: TableDescription, _ raw: RawTable) throws {
        fields = try modality.columns.map { name in
            guard let column = table.columns[name], let categories = column.categories else {
                throw table.incomplete("columns.\(name)", "categories", raw)
            }
            let places = Dictionary(categories.enumerated().map { ($1, $0) }) { first, _ in first }
            return Field(
                name: name, column: try raw.input(name), places: places, hasUnknown: column.unknown ?? false)
        }
        description = ModalityDescription(
            kind: modality.kind ?? .table, axes: [fields.reduce(0) { $0 + $1.width }], channels: 1,
            description: "one number per category of "
                + fields.map { "\($0.name) (\($0.width))" }.joined(separator: ", "))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        var values: [Float] = []
        var valid: [Bool] = []
        var missing: [String] = []
        for field in fields {
            var numbers = [Float](repeating: 0, count: field.width)
            let name = samples.text(sample, field.column).map(CellText.name)
            if let name, let place = field.places[name] {
                numbers[place] = 1
            } else if name != nil {
                tally.add(.unknownCategory, field.name)
                if field.hasUnknown { numbers[field.width - 1] = 1 }
            } else {
                missing.append(field.name)
            }
            values.append(contentsOf: numbers)
            valid.append(contentsOf: repeatElement(name != nil, count: field.width))
        }
        guard missing.count < fields.count else { return nil }
        for name in missing { tally.add(.missingCell, name) }
        return EncodedModality(values: values, valid: missing.isEmpty ? nil : valid)
    }

    /// Completes a column by its training rows.
    static func fit(_ column: inout TableColumn, _ index: Int, _ samples: TableSamples, training: [Int]) {
        var counts: [String: Int] = [:]
        for sample in training {
            if let text = samples.text(sample, index) { counts[CellText.name(text), default: 0] += 1 }
        }
        if let known = column.categories {
            column.unknown = column.unknown ?? counts.keys.contains { !known.contains($0) }
            return
        }
        let frequent = counts.filter { $0.value > 1 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let known = frequent.isEmpty ? counts.keys.sorted().prefix(limit).map { $0 } : frequent.prefix(limit).map(\.key)
        column.categories = known.isEmpty ? ["none"] : NameOrder.sorted(known)
        column.unknown = known.count < counts.count
    }
}
