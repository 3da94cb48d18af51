import Multimodal

/// A column of sound files: a picture of log energies, cut to square patches.
struct SoundPicture: ModalityEncoder {
    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let picture: SpectrogramPicture

    /// Creates the encoder of a column whose size states frames and mel bands.
    ///
    /// - Throws: `ConfigurationError` for a size that patches do not divide, or a column without a
    ///   rate; `ReaderError` for a column that the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        self.name = name
        self.column = try raw.input(name)
        let rate = try column.soundRate(of: name, in: raw)
        guard let size = column.size, size.count == 2,
            let picture = SpectrogramPicture(rate: rate, frames: size[0], bands: size[1], patch: column.patch ?? 8)
        else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).size",
                reason:
                    "\(column.size ?? []), expected frames and mel bands that patches of \(column.patch ?? 8) divide")
        }
        self.picture = picture
        var description = picture.description
        description.kind = modality.kind ?? column.kind ?? .audio
        self.description = description
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        guard let mono = try samples.sound(sample, column, name: name, rate: picture.rate, tally: &tally) else {
            return nil
        }
        if mono.count > picture.length { tally.add(.cut, name) }
        return EncodedModality(values: picture.values(of: mono))
    }
}
