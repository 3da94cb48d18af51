/// One row of a dataset in raw units, before it is written.
public struct Sample: Sendable {
    /// The values of each modality, row-major `[axes…, channels]`. A missing modality has no entry.
    public var inputs: [String: [Float]]
    /// The valid tokens of each modality, row-major `[axes…]`. Without an entry, all tokens are
    /// valid.
    public var valid: [String: [Bool]]
    /// The values of each target: the class index, one 0 or 1 per label, or the regression values.
    public var targets: [String: [Double]]
    /// The member number of each group, from 0.
    public var groups: [String: Int]

    /// Creates a row.
    public init(
        inputs: [String: [Float]], valid: [String: [Bool]] = [:], targets: [String: [Double]],
        groups: [String: Int] = [:]
    ) {
        self.inputs = inputs
        self.valid = valid
        self.targets = targets
        self.groups = groups
    }
}
