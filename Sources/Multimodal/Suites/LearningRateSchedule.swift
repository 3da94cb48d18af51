import Foundation

/// The change of the learning rate over a stage.
public enum LearningRateSchedule: String, NamedChoice {
    /// Constant, as in the public implementation.
    case constant
    /// Linear decay to zero.
    case linear
    /// Cosine decay to zero.
    case cosine

    /// Returns the factor of the learning rate at a point of the stage.
    ///
    /// - Parameter progress: The completed fraction of all steps: 0 before the first step, 1
    ///   after the last.
    public func factor(at progress: Double) -> Double {
        switch self {
        case .constant: 1
        case .linear: max(0, 1 - progress)
        case .cosine: 0.5 * (1 + cos(.pi * min(1, max(0, progress))))
        }
    }
}
