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
    /// Task → the part of its batch that is computed here; empty when all is. The factors of a
    /// sample depend on its place in the whole batch.
    public var parts: [String: BatchPart] = [:]
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
    /// - Parameters:
    ///   - shape: The shape of the features that are computed here.
    ///   - task: The task, or another name of the features.
    ///   - device: The device of the features.
    ///   - kept: For every row of the whole batch, true when it is computed here; `nil` when all
    ///     are.
    /// - Throws: `TorchError` when the device runs out of memory.
    package func factors(_ shape: [Int], task: String, device: Device, kept: [Bool]? = nil) throws -> Tensor? {
        guard share > 0 else { return nil }
        var random = random[task]
        let scale = Float(1 / (1 - share))
        let width = shape.dropFirst().reduce(1, *)
        let rows = kept ?? parts[task]?.flags ?? Array(repeating: true, count: shape.first ?? 1)
        var factors: [Float] = []
        factors.reserveCapacity(shape.reduce(1, *))
        for isKept in rows {
            for _ in 0..<width {
                let factor = random.uniform() < share ? 0 : scale
                if isKept { factors.append(factor) }
            }
        }
        return try Tensor(factors, shape: shape).to(device: device)
    }
}
