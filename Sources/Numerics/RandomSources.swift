/// Independent random number generators with one seed, one for each name.
///
/// The numbers of one generator depend neither on the others nor on the order of use.
public struct RandomSources: Sendable {
    private let seed: UInt64
    private let purpose: String

    /// Creates the generators of a purpose.
    ///
    /// - Parameters:
    ///   - seed: The seed of the run.
    ///   - purpose: Separates the generators from those of other purposes with the same seed.
    public init(seed: UInt64, purpose: String) {
        self.seed = seed
        self.purpose = purpose
    }

    /// The generator of a name, at the start of its sequence.
    public subscript(name: String) -> RandomSource { RandomSource(seed: seed, purpose: "\(purpose)/\(name)") }
}
