import Foundation

/// How the learning rate goes on from the first step of a stage to the last.
public enum LearningRateSchedule: String, NamedChoice {
    /// It stays (public implementation).
    case constant
    /// It falls to zero in a straight line.
    case linear
    /// It falls to zero along half a cosine.
    case cosine

    /// What the learning rate is multiplied with when a part of all steps is done.
    ///
    /// - Parameter progress: 0 before the first step, 1 after the last.
    public func factor(at progress: Double) -> Double {
        switch self {
        case .constant: 1
        case .linear: max(0, 1 - progress)
        case .cosine: 0.5 * (1 + cos(.pi * min(1, max(0, progress))))
        }
    }
}
