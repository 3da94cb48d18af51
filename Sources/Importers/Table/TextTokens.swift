import Multimodal

/// A column of written language: one token per word, as the sum of fixed vectors of its parts.
struct TextTokens: ModalityEncoder {
    /// The limit of words of a text.
    static let limit = 256
    private static let width = 128

    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let tokens: Int
    private let vectors = WordVectors(width: TextTokens.width)

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ReaderError` for a column that the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        self.name = name
        self.column = try raw.input(name)
        tokens = column.size?.first ?? Self.limit
        description = ModalityDescription(
            kind: modality.kind ?? column.kind ?? .text, axes: [tokens], channels: Self.width,
            description: "words and marks of column \(name), as sums of fixed random vectors of their parts")
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        guard let text = samples.text(sample, column) else { return nil }
        let words = HashedSubwords.words(of: text)
        guard !words.isEmpty else { return nil }
        if words.count > tokens { tally.add(.cut, name) }
        var values: [Float] = []
        values.reserveCapacity(tokens * Self.width)
        for word in words.prefix(tokens) { values.append(contentsOf: vectors.vector(of: word)) }
        values.append(contentsOf: repeatElement(0, count: tokens * Self.width - values.count))
        return EncodedModality(values: values, valid: (0..<tokens).map { $0 < words.count })
    }

    /// Completes a column by the longest text.
    static func fit(_ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int]) {
        guard column.size == nil else { return }
        let longest = kept.reduce(1) { longest, sample in
            max(longest, samples.text(sample, index).map { HashedSubwords.words(of: $0).count } ?? 0)
        }
        column.size = [min(longest, limit)]
    }
}
