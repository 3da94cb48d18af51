/// One training of a measurement, or one probe.
struct TransferJob: Sendable {
    /// Where it starts.
    var start: TransferStart
    /// The entry it learns, by its position.
    var to: Int
    /// The seed of everything that is fresh.
    var seed: UInt64
}
