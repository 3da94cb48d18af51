import Numerics
import Torch

/// Masks tokens of samples at random, as regularisation against overfitting small datasets.
///
/// Each valid token is masked independently, with a probability for each modality. A stream that
/// would lose all of them keeps one. As with ``ModalityDropout``, the result for a row depends only
/// on the seed, the purpose and the row.
public struct TokenDropout: Sendable {
    /// The valid probabilities; with 1, every stream would keep a single token.
    static let range = ModalityDropout.shares

    /// Modality → the probability of masking a token.
    public let probabilities: [String: Double]
    private let random: RandomSources

    /// Creates a dropout.
    ///
    /// - Parameters:
    ///   - probabilities: Modality → the probability of masking a token; without an entry, nothing
    ///     is masked.
    ///   - seed: The seed of the run.
    ///   - purpose: Separates independent draws, for example an epoch of a task.
    public init(_ probabilities: [String: Double], seed: UInt64, purpose: String) {
        self.probabilities = probabilities
        random = RandomSources(seed: seed, purpose: "token dropout/\(purpose)")
    }

    /// Returns the batch with the chosen tokens masked.
    ///
    /// - Throws: `TorchError` when memory runs out.
    public func applied(to batch: Batch) throws -> Batch {
        var batch = batch
        for (name, data) in batch.inputs {
            guard let share = probabilities[name], share > 0 else { continue }
            let shape = Array(data.shape.dropLast())
            let tokens = shape.dropFirst().reduce(1, *)
            guard tokens > 1 else { continue }
            var valid = try batch.masks[name]?.bools() ?? Array(repeating: true, count: batch.count * tokens)
            for (position, row) in batch.rows.enumerated() {
                var random = random["\(name)/\(row)"]
                let candidates = ((position * tokens)..<((position + 1) * tokens)).filter { valid[$0] }
                for token in candidates where random.uniform() < share { valid[token] = false }
                if let kept = candidates.randomElement(using: &random), !candidates.contains(where: { valid[$0] }) {
                    valid[kept] = true
                }
            }
            batch.masks[name] = try Tensor(valid, shape: shape)
        }
        return batch
    }
}
