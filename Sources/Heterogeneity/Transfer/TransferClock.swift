import Dispatch
import Foundation

/// Estimates the time left from the trainings that are done.
///
/// Trainings on one entry take equally long from whatever start, so an entry that was timed says what its others will take;
/// the others are scaled by their arithmetic.
final class TransferClock: @unchecked Sendable {
    private let lock = NSLock()
    private let work: [Double]
    private let workers: Int
    private var pending: [Double]
    private var seconds: [Double]
    private var timed: [Double]
    private var done = 0

    /// - Parameters:
    ///   - work: entry → arithmetic of one training, in any unit.
    ///   - pending: entry → trainings that are to be done; shorter work counts as a part of one.
    ///   - done: trainings that earlier runs have done.
    init(work: [Double], pending: [Double], done: Int, workers: Int) {
        self.work = work
        self.pending = pending
        self.done = done
        self.workers = max(1, workers)
        seconds = Array(repeating: 0, count: work.count)
        timed = Array(repeating: 0, count: work.count)
    }

    /// Notes that a training on an entry, or work that counts as a part of one, took some time; returns how many are done, and the seconds left.
    func finish(_ entry: Int, weight: Double, seconds taken: Double) -> (done: Int, secondsLeft: Double) {
        lock.withLock {
            done += 1
            pending[entry] -= weight
            timed[entry] += weight
            seconds[entry] += taken
            let knownWork = work.indices.reduce(0) { $0 + work[$1] * timed[$1] }
            let rate = seconds.reduce(0, +) / max(knownWork, 1e-300)
            let left = work.indices.reduce(0.0) { sum, index in
                let each = timed[index] > 0 ? seconds[index] / timed[index] : work[index] * rate
                return sum + each * max(0, pending[index])
            }
            return (done, left / Double(workers))
        }
    }
}
