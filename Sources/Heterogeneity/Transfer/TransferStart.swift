/// The start of a training, which determines its purpose.
enum TransferStart: Hashable, Sendable {
    /// A random start with all samples. Transfers start from its parameters.
    case source
    /// A random start with as many samples as transfers, which are compared with it.
    case reference
    /// The shared parameters of another entry, with the samples of a target.
    case transfer(TransferEntry)
}
