/// The vectors of words, of which some are kept.
final class WordVectors {
    private static let limit = 20_000
    private let subwords: HashedSubwords
    private var known: [String: [Float]] = [:]

    /// Creates vectors of a width.
    init(width: Int) { subwords = HashedSubwords(width: width) }

    /// Returns the vector of a word.
    func vector(of word: String) -> [Float] {
        if let vector = known[word] { return vector }
        let vector = subwords.vector(of: word)
        if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
        known[word] = vector
        return vector
    }
}
