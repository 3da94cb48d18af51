/// The information of two modalities about a task's target, separately and together.
///
/// Information is estimated on the validation split, in bits per sample.
public struct PairDiagnosis: Codable, Equatable, Sendable {
    /// The name of the pair, `task/first+second`.
    public let pair: String
    /// The bits found by a predictor of the first modality.
    public let first: Double
    /// The bits found by a predictor of the second modality.
    public let second: Double
    /// The bits found by a predictor of both modalities.
    public let both: Double
    /// The gain of fusion: the bits of both modalities minus those of the better one.
    public let gain: Double
    /// The standard error of the gain, paired over samples and including the variance over seeds.
    public let gainStandardError: Double
    /// The decomposition of the bits; `nil` for multilabel targets.
    public let decomposition: InformationDecomposition?

    /// True if at least one of the three predictors found information.
    ///
    /// If none did, the gain of fusion is unknown: the predictors may have overfitted too few
    /// samples.
    public var isInformative: Bool { max(first, second, both) > 0 }

    /// True if the predictors found information but no significant gain of fusion.
    ///
    /// A gain of more than two standard errors is significant.
    public var addsNothing: Bool { isInformative && gain <= 2 * gainStandardError }

    /// Returns the pairs to keep in the model.
    ///
    /// These are the pairs with a significant gain and the pairs without evidence. A modality that
    /// would otherwise be in no pair keeps the pair with the largest gain.
    ///
    /// - Parameter diagnoses: The diagnoses of all pairs of some tasks.
    /// - Returns: The names of the pairs.
    public static func worthKeeping(_ diagnoses: [PairDiagnosis]) -> Set<String> {
        var kept = Set(diagnoses.filter { !$0.addsNothing }.map(\.pair))
        for stream in Set(diagnoses.flatMap(\.streams)).sorted() {
            let pairs = diagnoses.filter { $0.streams.contains(stream) }
            guard !pairs.contains(where: { kept.contains($0.pair) }) else { continue }
            if let best = pairs.max(by: { ($0.gain, $1.pair) < ($1.gain, $0.pair) }) { kept.insert(best.pair) }
        }
        return kept
    }

    /// The two streams of the pair, `task/first` and `task/second`.
    var streams: [String] { Self.streams(of: pair) }

    /// Returns the two streams `task/first` and `task/second` of a pair `task/first+second`.
    public static func streams(of pair: String) -> [String] {
        guard let slash = pair.lastIndex(of: "/") else { return [] }
        return pair[pair.index(after: slash)...].split(separator: "+").map { "\(pair[..<slash])/\($0)" }
    }
}
