/// The information about the target, in bits, that predictors extract from every entry.
///
/// Source: predictive V-information, the mean over samples of (−log2 p_null(y)) − (−log2 p(y|x)). A
/// null predictor, with zero input, can learn only the label frequencies, which are therefore used
/// in its place. For regression, losses are those of a normal distribution with the variance of the
/// training targets.
public struct PredictiveInformation: Codable, Equatable, Sendable {
    /// The names of the entries.
    public let names: [String]
    /// The bits found by a predictor of the entry, trained from a random start.
    public let own: [Double]
    /// The standard errors of ``own``, in bits.
    public let ownStandardErrors: [Double]
    /// The bits about the target of entry j found after starting from entry i, at row i and column
    /// j; `nil` where not measured.
    public let reached: SquareMatrix<Double?>
}
