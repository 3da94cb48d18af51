import Multimodal

/// A column of sound files: log-mel frames, four of which make a token.
struct SoundTokens: ModalityEncoder {
    /// The limit of tokens, about ten seconds.
    static let limit = 256
    /// The highest sampling rate to which sound is converted unless it is stated.
    private static let highestRate = 16_000

    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let rate: Int
    private let tokens: SpeechTokens

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ConfigurationError` for a column without a rate; `ReaderError` for a column that
    ///   the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        self.name = name
        self.column = try raw.input(name)
        let rate = try column.soundRate(of: name, in: raw)
        self.rate = rate
        tokens = SpeechTokens(rate: rate, tokens: min(column.size?.first ?? Self.limit, 1 << 14))
        var description = tokens.description
        description.kind = modality.kind ?? column.kind ?? .audio
        self.description = description
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        guard let mono = try samples.sound(sample, column, name: name, rate: rate, tally: &tally) else { return nil }
        if tokens.tokens(of: mono.count) > tokens.tokens { tally.add(.cut, name) }
        let (values, valid) = tokens.values(of: mono)
        return EncodedModality(values: values, valid: valid)
    }

    /// Completes a column by its most frequent rate, up to 16 kHz, and its longest sound.
    ///
    /// - Throws: `ReaderError` naming a file that is no sound.
    static func fit(_ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int]) throws {
        var rates: [Int: Int] = [:]
        var seconds = 0.0
        for sample in kept {
            guard let header = try samples.file(sample, index, { try SoundFile.header(path: $0) }) else { continue }
            rates[header.rate, default: 0] += 1
            seconds = max(seconds, Double(header.count) / Double(max(1, header.rate)))
        }
        let most = rates.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? highestRate
        let rate = column.rate ?? max(1000, min(most, highestRate))
        column.rate = rate
        guard column.size == nil else { return }
        let longest = SpeechTokens(rate: rate, longest: Int(min(seconds, 3600) * Double(rate))).tokens
        column.size = [min(limit, max(1, longest))]
    }
}
