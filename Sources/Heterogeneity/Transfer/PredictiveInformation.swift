/// How many bits about the target a family of predictors extracts from every entry.
///
/// Source: predictive V-information, the mean over samples of (−log2 p_null(y)) − (−log2 p(y|x)). A null predictor, whose
/// input is zero, can learn nothing but the label frequencies, so those take its place. For numbers, losses are those of a
/// normal variable with the variance of the training targets.
public struct PredictiveInformation: Codable, Equatable, Sendable {
    /// The entries.
    public let names: [String]
    /// Bits that a predictor finds which was trained on the entry from a random start.
    public let own: [Double]
    /// Their standard errors.
    public let ownStandardErrors: [Double]
    /// Row i, column j: bits about j's target that are found after starting from i; null where not measured.
    public let reached: SquareMatrix<Double?>
}
