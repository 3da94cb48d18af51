import Multimodal

/// Columns of numbers as a table row: one token per field, in raw units.
struct NumberFields: ModalityEncoder {
    let description: ModalityDescription
    private let fields: [(name: String, column: Int, range: ValueRange)]

    /// Creates the encoder of a modality.
    ///
    /// - Throws: `ReaderError` that names a column that the table lacks.
    init(_ modality: TableModality, _ table: TableDescription, _ raw: RawTable) throws {
        fields = try modality.columns.map { ($0, try raw.input($0), ValueRange(table.columns[$0]?.range)) }
        description = ModalityDescription(
            kind: modality.kind ?? .table, axes: [fields.count], channels: 1,
            description: "columns " + modality.columns.joined(separator: ", "))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        var values: [Float] = []
        var valid: [Bool] = []
        for field in fields {
            let value = try samples.number(sample, field.column, tally: &tally)
            if let value, field.range.isFar(value) { tally.add(.farOutside, field.name) }
            values.append(Float(value ?? 0))
            valid.append(value != nil)
        }
        guard valid.contains(true) else { return nil }
        guard valid.contains(false) else { return EncodedModality(values: values) }
        for (field, isValid) in zip(fields, valid) where !isValid { tally.add(.missingCell, field.name) }
        return EncodedModality(values: values, valid: valid)
    }

    /// Completes a column by its training rows.
    ///
    /// - Throws: `ReaderError` naming line and column for a text that is no number.
    static func fit(
        _ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int], training: [Int]
    ) throws {
        let training = Set(training)
        var range = ValueRange()
        var tally = TableTally()
        for sample in kept {
            let value = try samples.number(sample, index, tally: &tally)
            if let value, training.contains(sample) { range.add(value) }
        }
        column.range = range.bounds
    }
}
