/// A model of a study of pairs, with the pairs that it fuses.
struct PairModel {
    /// The outcome of a model.
    struct Outcome {
        /// The suite score.
        var score: Double
        /// The share of the loss of chance that the best epoch explains on the validation splits;
        /// `nil` if unknown.
        var validation: Double?
        /// The milliseconds of inference per sample; `nil` without tasks.
        var milliseconds: Double?
    }

    /// The way of choosing its pairs; `nil` for all pairs.
    var choice: PairChoice?
    /// The share of the pairs.
    var share: Double
    /// The number of the random choice; 0 for other ways.
    var draw: Int
    /// The seed.
    var seed: UInt64
    /// The pairs, sorted.
    var kept: [String]

    /// The name of its run.
    var name: String {
        guard let choice else { return "all-seed-\(seed)" }
        let number = choice == .random ? "-\(draw)" : ""
        return "\(choice.rawValue)\(number)-\(TransferComparison.percent(share, unit: ""))-seed-\(seed)"
    }
}
