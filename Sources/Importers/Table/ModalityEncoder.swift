import Multimodal

/// The values of a modality of one sample.
struct EncodedModality {
    /// The values `[axes…, channels]`, row-major.
    var values: [Float]
    /// The valid tokens `[axes…]`; `nil` when all are valid.
    var valid: [Bool]?
}

/// Turns the cells of a modality into its tensor.
///
/// An import and a prediction use the same encoder, so that the same cells give the same numbers.
protocol ModalityEncoder {
    /// The modality in the dataset.
    var description: ModalityDescription { get }

    /// Returns the values of a sample; `nil` if it lacks the modality.
    ///
    /// - Throws: `ReaderError` naming the line and the column, or the file, that cannot be read.
    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality?
}

extension TableDescription {
    /// Returns the encoder of a completed modality for a table.
    ///
    /// - Throws: `ConfigurationError` for a description that is not complete; `ReaderError` that
    ///   names a column that the table lacks.
    func encoder(of name: String, _ modality: TableModality, _ table: RawTable) throws -> any ModalityEncoder {
        if modality.series != nil { return try SeriesSteps(name, modality, self, table) }
        let first = modality.columns.first ?? ""
        guard let column = columns[first] else { throw incomplete("modalities.\(name)", "columns", table) }
        switch column.role {
        case .value: return try SeriesSteps(name, modality, self, table)
        case .category: return try CategoryFields(modality, self, table)
        case .text: return try TextTokens(first, column, modality, table)
        case .image: return try ImagePatches(first, column, modality, table)
        case .sound where column.size?.count == 2: return try SoundPicture(first, column, modality, table)
        case .sound: return try SoundTokens(first, column, modality, table)
        case .video: return try VideoFrames(first, column, modality, table)
        case .array: return try ArrayValues(first, column, modality, table)
        case .observations: return try Observations(name, first, column, modality, table)
        default: return try NumberFields(modality, self, table)
        }
    }

    /// Returns an error about an encoding that lacks what an import fills in.
    func incomplete(_ place: String, _ key: String, _ table: RawTable) -> ConfigurationError {
        ConfigurationError(
            file: file ?? table.file, key: "\(place).\(key)", reason: "missing; an import of the table fills it in")
    }
}

extension RawTable {
    /// Returns the index of an input column.
    ///
    /// - Throws: `ReaderError` that names the column and says what to do.
    func input(_ name: String) throws -> Int {
        guard !has(name) else { return try column(name) }
        throw ReaderError(
            file: file, position: .line(1),
            reason: "no column '\(name.prefix(60))'" + ClosestName.hint(for: name, among: Array(header.prefix(30)))
                + "; add an empty column if the values are missing")
    }
}
