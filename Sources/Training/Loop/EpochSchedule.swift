import Multimodal

/// The tasks that take part in each step of an epoch.
///
/// Tasks with fewer batches join later, so that all tasks run together at the end of the epoch.
/// With 300, 200 and 100 batches, the first 100 steps train the first task only, the next 100 train
/// two tasks, and the last 100 train all three. This is the schedule of the paper's stage 1. With
/// even pacing, the batches of each task are spread over the epoch instead.
public struct EpochSchedule: Sendable {
    private let batches: [String: Int]
    private let pacing: TaskPacing

    /// Creates a schedule.
    ///
    /// - Parameters:
    ///   - batches: Task → number of batches in the epoch.
    ///   - pacing: The steps in which a task with few batches takes part.
    public init(batches: [String: Int], pacing: TaskPacing = .late) {
        self.batches = batches
        self.pacing = pacing
    }

    /// The number of steps in an epoch: the batches of the task with the most.
    public var steps: Int { batches.values.max() ?? 0 }

    /// Returns the index of the batch of each task that takes part in a step.
    ///
    /// - Parameter step: The step in the epoch, counted from 0.
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
