/// One row of a dataset in raw units, before it is written.
public struct Sample: Sendable {
    /// Numbers of each modality, row-major `[axes…, channels]`; a modality that is absent here is missing from the row.
    public var inputs: [String: [Float]]
    /// Which tokens are valid, row-major `[axes…]`; all of them, where absent.
    public var valid: [String: [Bool]]
    /// Each target: the class index, zeros and ones for each class, or the numbers to predict.
    public var targets: [String: [Double]]
    /// The row's number in each group, from 0.
    public var groups: [String: Int]

    /// A row.
    public init(
        inputs: [String: [Float]],
        valid: [String: [Bool]] = [:],
        targets: [String: [Double]],
        groups: [String: Int] = [:]
    ) {
        self.inputs = inputs
        self.valid = valid
        self.targets = targets
        self.groups = groups
    }
}
