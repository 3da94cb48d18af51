import Numerics
import Torch

/// Takes modalities away from samples at random, so that a model learns to do without them.
///
/// Every modality that a sample has is dropped with the same probability, each on its own; a sample that would lose all of
/// them keeps one, chosen at random. What happens to a row depends on the seed, the purpose and the row alone: neither on the
/// batch it is in, nor on what was drawn before.
public struct ModalityDropout: Sendable {
    /// The shares that make sense: with 1 every sample would be left with one modality only.
    static let shares = 0...0.99

    /// The probability with which a modality is dropped.
    public let share: Double
    private let seed: UInt64
    private let purpose: String

    /// A dropout for one purpose, such as an epoch of a task.
    public init(share: Double, seed: UInt64, purpose: String) {
        self.share = share
        self.seed = seed
        self.purpose = purpose
    }

    /// The batch without what is dropped; the same batch when the share is 0.
    ///
    /// - Parameter droppable: the modalities that may be dropped; all when nothing is given.
    public func applied(to batch: Batch, droppable: Set<String>? = nil) -> Batch {
        guard share > 0 else { return batch }
        let names = batch.inputs.keys.sorted()
        let everyone = Array(repeating: true, count: batch.count)
        var batch = batch
        for (position, row) in batch.rows.enumerated() {
            var random = RandomSource(seed: seed, purpose: "modality dropout/\(purpose)/\(row)")
            let owned = names.filter { batch.present[$0]?[position] ?? true }
            var dropped = owned.filter { name in
                let isHit = random.uniform() < share
                return isHit && droppable?.contains(name) ?? true
            }
            let kept = owned.randomElement(using: &random)
            if dropped.count == owned.count { dropped.removeAll { $0 == kept } }
            for name in dropped { batch.present[name, default: everyone][position] = false }
        }
        return batch
    }
}
