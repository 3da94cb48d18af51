/// One training of a measurement, or one probe.
struct TransferJob: Sendable {
    /// The start of the training.
    var start: TransferStart
    /// The index of the entry that is learned.
    var to: Int
    /// The seed of the sample order and of all parameters that the start does not provide.
    var seed: UInt64
}
