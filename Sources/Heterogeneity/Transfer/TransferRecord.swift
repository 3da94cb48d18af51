/// The record of one finished training of a measurement.
///
/// It holds no times, so that the same seed gives the same bytes.
struct TransferRecord: Codable, Equatable, Sendable {
    /// The entry whose shared parameters the training started from; `nil` for a random start.
    var from: String?
    /// The entry that was learned.
    var to: String
    /// The seed of the head, the identity and the sample order. Without `from`, it is the seed of
    /// all parameters.
    var seed: UInt64
    /// The mean loss after every epoch: of held-out training samples with
    /// ``TransferBudget/patience``, of the validation samples otherwise.
    var epochLosses: [Double]
    /// The loss of every validation sample at the best epoch, which is cross-fitted without
    /// ``TransferBudget/patience``, in the units of the task's objective.
    var losses: [Double]
    /// The prediction for every validation sample at that epoch: a class, or the quartile of a
    /// regression value. `nil` for labels, and after a start from another entry.
    var predicted: [Int]?
}
