import Numerics
import Torch

/// Silences some of the numbers that heads read, so that a head leans on no single one of them while it is trained.
///
/// What stays is made larger by as much, so that a model that silences nothing needs no correction. Source: Srivastava et al.
/// 2014. Which numbers fall silent depends on the seed, the purpose and the task alone.
public struct FeatureDropout: Sendable {
    /// The probability with which a number is silenced.
    public let share: Double
    private let seed: UInt64
    private let purpose: String

    /// A dropout for one purpose, such as a step of training.
    public init(share: Double, seed: UInt64, purpose: String) {
        self.share = share
        self.seed = seed
        self.purpose = purpose
    }

    /// What the features of a task are multiplied with: 0, or 1 / (1 − share); nothing when the share is 0.
    ///
    /// # Shapes
    /// Result: the given shape.
    func factors(_ shape: [Int], task: String, device: Device) throws -> Tensor? {
        guard share > 0 else { return nil }
        var random = RandomSource(seed: seed, purpose: "feature dropout/\(purpose)/\(task)")
        let kept = Float(1 / (1 - share))
        let factors = (0..<shape.reduce(1, *)).map { _ in random.uniform() < share ? 0 : kept }
        return try Tensor(factors, shape: shape).to(device: device)
    }
}
