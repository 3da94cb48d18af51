/// What one finished training of a measurement is remembered by.
///
/// It holds no times, so that the same seed gives the same bytes.
struct TransferRecord: Codable, Equatable, Sendable {
    /// The entry whose shared parameters it started from; nothing for a random start.
    var from: String?
    /// The entry it was trained on.
    var to: String
    /// The seed of head, identity, order of samples and, without `from`, of everything else.
    var seed: UInt64
    /// Mean validation loss after every epoch.
    var epochLosses: [Double]
    /// Loss of every validation sample at its cross-fitted best epoch, in the units of the task's objective.
    var losses: [Double]
    /// What was predicted of every validation sample at that epoch: a class, or a quarter of the range of predictions;
    /// nothing for labels and after a start from another entry.
    var predicted: [Int]?
}
