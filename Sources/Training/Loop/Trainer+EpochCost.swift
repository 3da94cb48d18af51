import Multimodal
import Numerics

extension Trainer {
    /// The durations of the parts of an epoch, from a few steps of each kind.
    struct EpochCost {
        /// The steps of an epoch.
        var steps: Int
        /// The duration of all steps of an epoch.
        var training: Duration
        /// The duration of the validation and of the checkpoint at the end of an epoch.
        var ending: Duration
    }

    /// The largest number of timed steps of a kind.
    private static let timedSteps = 12
    /// The number of steps of a kind that are not timed, in which memory is allocated.
    private static let warmups = 3
    /// The time after which no step of a kind is added, once two have been timed.
    private static let limit = Duration.seconds(4)

    /// Measures the parts of an epoch. The trainer is of no other use afterwards, since the steps
    /// change its parameters.
    ///
    /// Steps are of the same kind if the same tasks take part in them.
    ///
    /// - Throws: The errors of ``run(shouldStop:)``.
    func measureEpoch() throws -> EpochCost {
        let feeds = Dictionary(
            uniqueKeysWithValues: tasks.map { ($0.name, TaskFeed($0, epoch: 0, settings: settings)) })
        let schedule = EpochSchedule(batches: feeds.mapValues(\.count), pacing: settings.recipe.pacing)
        let kinds = Dictionary(grouping: 0..<schedule.steps) { Set(schedule.batch(at: $0).keys) }
        var training = Duration.zero
        for (_, steps) in kinds.sorted(by: { $0.value[0] < $1.value[0] }) {
            let chosen = Self.spread(steps, count: Self.warmups + Self.timedSteps)
            let batches = Prefetcher(count: chosen.count) { index in
                let whole = try schedule.batch(at: chosen[index]).reduce(into: [String: Batch]()) { step, entry in
                    step[entry.key] = try feeds[entry.key]?.batch(entry.value)
                }
                return try StepBatches(whole, rank: 0, size: 1)
            }
            defer { batches.cancel() }
            training += try duration(batches, of: schedule.steps) * steps.count
        }
        return EpochCost(steps: schedule.steps, training: training, ending: try measureEnding())
    }

    /// Returns the median duration of the steps after the first ones, which other load on the
    /// machine changes less than the mean.
    private func duration(_ batches: Prefetcher<StepBatches>, of steps: Int) throws -> Duration {
        let clock = ContinuousClock()
        var times: [Duration] = []
        var began = clock.now
        let start = began
        while let step = try batches.next() {
            _ = try update(step, of: steps)
            let now = clock.now
            times.append(now - began)
            began = now
            if times.count >= Self.warmups + 2, now - start > Self.limit { break }
        }
        let timed = times.dropFirst(min(Self.warmups, times.count / 2)).map { $0 / .seconds(1) }
        return .seconds(timed.median ?? 0)
    }

    private func measureEnding() throws -> Duration {
        let clock = ContinuousClock()
        let first = try clock.measure { try endEpoch() }
        guard first < Self.limit else { return first }
        return try clock.measure { try endEpoch() }
    }

    /// Returns at most `count` of the steps, evenly spread.
    private static func spread(_ steps: [Int], count: Int) -> [Int] {
        guard steps.count > count else { return steps }
        return (0..<count).map { steps[$0 * steps.count / count] }
    }
}
