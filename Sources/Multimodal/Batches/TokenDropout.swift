import Numerics
import Torch

/// Hides tokens of samples at random, so that a model does not learn small datasets by heart.
///
/// Every valid token is hidden with the same probability, each on its own; a stream that would lose all of them keeps one. What
/// happens to a row depends on the seed, the purpose and the row alone, as with ``ModalityDropout``.
public struct TokenDropout: Sendable {
    /// The shares that make sense: with 1 every stream would be left with one token only.
    static let shares = ModalityDropout.shares

    /// The probability with which a token is hidden.
    public let share: Double
    private let seed: UInt64
    private let purpose: String

    /// A dropout for one purpose, such as an epoch of a task.
    public init(share: Double, seed: UInt64, purpose: String) {
        self.share = share
        self.seed = seed
        self.purpose = purpose
    }

    /// The batch with tokens masked; the same batch when the share is 0.
    ///
    /// - Throws: `TorchError` when there is no memory for masks.
    public func applied(to batch: Batch) throws -> Batch {
        guard share > 0 else { return batch }
        var batch = batch
        for (name, data) in batch.inputs {
            let shape = Array(data.shape.dropLast())
            let tokens = shape.dropFirst().reduce(1, *)
            guard tokens > 1 else { continue }
            var valid = try batch.masks[name]?.bools() ?? Array(repeating: true, count: batch.count * tokens)
            for (position, row) in batch.rows.enumerated() {
                var random = RandomSource(seed: seed, purpose: "token dropout/\(purpose)/\(name)/\(row)")
                let own = ((position * tokens)..<((position + 1) * tokens)).filter { valid[$0] }
                for token in own where random.uniform() < share { valid[token] = false }
                if let kept = own.randomElement(using: &random), !own.contains(where: { valid[$0] }) {
                    valid[kept] = true
                }
            }
            batch.masks[name] = try Tensor(valid, shape: shape)
        }
        return batch
    }
}
