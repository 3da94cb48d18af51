import Numerics
import Torch

/// Drops modalities of samples at random, so that a model learns to handle missing modalities.
///
/// Each modality of a sample is dropped independently with the same probability. A sample that
/// would lose all of them keeps one, chosen at random. The result for a row depends only on the
/// seed, the purpose and the row, not on its batch or on earlier draws.
public struct ModalityDropout: Sendable {
    /// The valid probabilities; with 1, every sample would keep a single modality.
    static let shares = 0...0.99

    /// The probability of dropping a modality.
    public let share: Double
    private let random: RandomSources

    /// Creates a dropout.
    ///
    /// - Parameters:
    ///   - share: The probability of dropping a modality, at most 0.99 in training; 0 drops
    ///     nothing.
    ///   - seed: The seed of the run.
    ///   - purpose: Separates independent draws, for example an epoch of a task.
    public init(share: Double, seed: UInt64, purpose: String) {
        self.share = share
        random = RandomSources(seed: seed, purpose: "modality dropout/\(purpose)")
    }

    /// Returns the batch without the dropped modalities.
    ///
    /// - Parameter droppable: The modalities that may be dropped; `nil` allows all.
    public func applied(to batch: Batch, droppable: Set<String>? = nil) -> Batch {
        guard share > 0 else { return batch }
        let names = batch.inputs.keys.sorted()
        let everyone = Array(repeating: true, count: batch.count)
        var batch = batch
        for (position, row) in batch.rows.enumerated() {
            var random = random["\(row)"]
            let available = names.filter { batch.present[$0]?[position] ?? true }
            var dropped = available.filter { name in
                let isHit = random.uniform() < share
                return isHit && droppable?.contains(name) ?? true
            }
            let kept = available.randomElement(using: &random)
            if dropped.count == available.count { dropped.removeAll { $0 == kept } }
            for name in dropped { batch.present[name, default: everyone][position] = false }
        }
        return batch
    }
}
