import Files
import Foundation
import Numerics
import Torch

/// The durations of the epochs of a run and the memory of its training, the content of
/// `timing.json`. Unlike the other files of a run, it differs between repetitions.
public struct RunTiming: Codable, Equatable, Sendable {
    /// The times of one stage.
    public struct Stage: Codable, Equatable, Sendable {
        /// The device of the latest epoch.
        public var device: String
        /// The number of CPU threads in the latest epoch.
        public var threads: Int
        /// Epoch, counted from 1 → seconds from its start until its checkpoint was written,
        /// validation included. An epoch in which the run was stopped has no entry.
        public var seconds: [Int: Double] = [:]
        /// The largest resident memory of the process in bytes, from its start until the last
        /// epoch; `nil` if unknown. Memory of accelerators is not included.
        public var peakMemory: Int?

        /// The duration of all epochs so far in seconds. One in which the run was stopped counts as
        /// the median of the others.
        public var totalSeconds: Double? {
            guard let median = secondsPerEpoch, let last = seconds.keys.max() else { return nil }
            let missing = (1...max(1, last)).count { seconds[$0] == nil }
            // In order, so that the same times add up to the same bits.
            return seconds.values.sorted().reduce(0, +) + Double(missing) * median
        }

        /// The median duration of an epoch in seconds; `nil` when none was timed.
        public var secondsPerEpoch: Double? { seconds.values.median }
    }

    /// Stage → its times.
    public var stages: [TrainingStage: Stage] = [:]

    /// Creates an empty record.
    public init() {}

    /// Reads a file; `nil` when it does not exist or is invalid, since missing times are no reason
    /// to stop.
    public init?(path: String) {
        guard let timing = try? JSONFile.read(RunTiming.self, from: path, content: "times") else { return nil }
        self = timing
    }

    /// Writes the file.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        try JSONFile.write(self, to: path)
    }
}
