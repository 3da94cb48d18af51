/// What two modalities of a task say about its target, alone and together.
public struct PairDiagnosis: Codable, Equatable, Sendable {
    /// The name of the pair, `task/first+second`.
    public let pair: String
    /// Bits that a predictor of the first modality finds.
    public let first: Double
    /// Bits that a predictor of the second modality finds.
    public let second: Double
    /// Bits that a predictor of both finds.
    public let both: Double
    /// Bits that both say beyond the better of the two: what fusion is worth.
    public let gain: Double
    /// Its standard error, paired over samples, with the variance over seeds.
    public let gainStandardError: Double
    /// How the bits divide; nothing for targets of several labels.
    public let decomposition: InformationDecomposition?

    /// Whether any of the three predictors found something. Where none did, nothing is known of what fusion is worth: they may
    /// have learned too few samples by heart.
    public var isInformative: Bool { max(first, second, both) > 0 }

    /// Whether fusion is worth nothing that could be told from noise, as far as the predictors know.
    public var addsNothing: Bool { isInformative && gain <= 2 * gainStandardError }

    /// Which pairs to keep in the model: those that add something, those of which nothing is known and, so that no modality is left out, for each that would
    /// be the pair with the largest gain.
    ///
    /// - Parameter diagnoses: all pairs of some tasks.
    /// - Returns: names of pairs.
    public static func worthKeeping(_ diagnoses: [PairDiagnosis]) -> Set<String> {
        var kept = Set(diagnoses.filter { !$0.addsNothing }.map(\.pair))
        for stream in Set(diagnoses.flatMap(\.streams)).sorted() {
            let own = diagnoses.filter { $0.streams.contains(stream) }
            guard !own.contains(where: { kept.contains($0.pair) }) else { continue }
            if let best = own.max(by: { ($0.gain, $1.pair) < ($1.gain, $0.pair) }) { kept.insert(best.pair) }
        }
        return kept
    }

    /// `task/first` and `task/second`.
    var streams: [String] {
        guard let slash = pair.lastIndex(of: "/") else { return [] }
        return pair[pair.index(after: slash)...].split(separator: "+").map { "\(pair[..<slash])/\($0)" }
    }
}
