import Dispatch
import Foundation

/// Estimates the remaining time from the finished trainings.
///
/// The time of a training depends on its entry, not on its start. A timed entry therefore predicts
/// its other trainings, and the times of the remaining entries are scaled by their amount of
/// computation.
final class TransferClock: @unchecked Sendable {
    private let lock = NSLock()
    private let work: [Double]
    private let workers: Int
    private var pending: [Double]
    private var seconds: [Double]
    private var timed: [Double]
    private var done = 0

    /// Creates a clock.
    ///
    /// - Parameters:
    ///   - work: Entry → computation of one training, in any unit.
    ///   - pending: Entry → number of unfinished trainings. Shorter jobs count as a fraction of
    ///     one.
    ///   - done: The number of trainings finished by earlier runs.
    ///   - workers: The number of concurrent trainings.
    init(work: [Double], pending: [Double], done: Int, workers: Int) {
        self.work = work
        self.pending = pending
        self.done = done
        self.workers = max(1, workers)
        seconds = Array(repeating: 0, count: work.count)
        timed = Array(repeating: 0, count: work.count)
    }

    /// The seconds per unit of computation of this process; `nil` before the first job.
    var pace: Double? {
        lock.withLock {
            let timedWork = work.indices.reduce(0) { $0 + work[$1] * timed[$1] }
            return timedWork > 0 ? seconds.reduce(0, +) / timedWork : nil
        }
    }

    /// Records a finished job, whose `weight` is its fraction of a full training. Returns the
    /// number of finished jobs and the estimated seconds left.
    func finish(_ entry: Int, weight: Double, seconds taken: Double) -> (done: Int, secondsLeft: Double) {
        lock.withLock {
            done += 1
            pending[entry] -= weight
            timed[entry] += weight
            seconds[entry] += taken
            let timedWork = work.indices.reduce(0) { $0 + work[$1] * timed[$1] }
            let rate = seconds.reduce(0, +) / max(timedWork, 1e-300)
            let left = work.indices.reduce(0.0) { sum, index in
                let each = timed[index] > 0 ? seconds[index] / timed[index] : work[index] * rate
                return sum + each * max(0, pending[index])
            }
            return (done, left / Double(workers))
        }
    }
}
