/// Where a training starts, and so what it is for.
enum TransferStart: Hashable, Sendable {
    /// From a random start, with all samples: others start from what it learns.
    case source
    /// From a random start, with as many samples as transfers: what these are compared with.
    case reference
    /// From the shared parameters of another entry, with the samples of a target.
    case transfer(TransferEntry)
}
