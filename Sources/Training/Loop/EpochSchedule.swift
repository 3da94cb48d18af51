import Multimodal

/// Which tasks take part in which step of an epoch.
///
/// Tasks with fewer batches join late, so that all run together towards the end: with 300, 200 and 100 batches the first
/// 100 steps are the first task's, the next 100 two tasks', and all three share the last 100. Source: "Training".
public struct EpochSchedule: Sendable {
    private let batches: [String: Int]
    private let pacing: TaskPacing

    /// Task → its number of batches.
    public init(batches: [String: Int], pacing: TaskPacing = .late) {
        self.batches = batches
        self.pacing = pacing
    }

    /// Steps in an epoch: the batches of the task that has most.
    public var steps: Int { batches.values.max() ?? 0 }

    /// The batch of each task that takes part in a step.
    public func batch(at step: Int) -> [String: Int] {
        let steps = steps
        return batches.compactMapValues { count in
            if pacing == .even {
                let index = step * count / steps
                return (step + 1) * count / steps > index ? index : nil
            }
            let index = step - (steps - count)
            return (0..<count).contains(index) ? index : nil
        }
    }
}
