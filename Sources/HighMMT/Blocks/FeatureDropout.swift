import Numerics
import Torch

/// Dropout of the features that task heads read, used during training.
///
/// The remaining features are scaled by 1 / (1 − share), so no correction is needed at inference.
/// The mask depends only on the seed, the purpose, the task and the shape. Source: Srivastava et
/// al. 2014.
public struct FeatureDropout: Sendable {
    /// The probability of dropping a feature, in `0 ..< 1`.
    public let share: Double
    private let random: RandomSources

    /// Creates the dropout for one purpose, such as one training step.
    public init(share: Double, seed: UInt64, purpose: String) {
        self.share = share
        random = RandomSources(seed: seed, purpose: "feature dropout/\(purpose)")
    }

    /// Returns the factors for the features of a task, each 0 or 1 / (1 − share). The result is
    /// `nil` for a share of 0.
    ///
    /// # Shapes
    /// - Result: `shape`
    ///
    /// - Throws: `TorchError` when the device runs out of memory.
    package func factors(_ shape: [Int], task: String, device: Device) throws -> Tensor? {
        guard share > 0 else { return nil }
        var random = random[task]
        let kept = Float(1 / (1 - share))
        let factors = (0..<shape.reduce(1, *)).map { _ in random.uniform() < share ? 0 : kept }
        return try Tensor(factors, shape: shape).to(device: device)
    }
}
