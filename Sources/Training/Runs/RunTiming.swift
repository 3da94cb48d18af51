import Foundation
import Torch

/// How long the epochs of a run took; what `timing.json` holds. Unlike all else in a run it is different every time.
public struct RunTiming: Codable, Equatable, Sendable {
    /// The times of one stage.
    public struct Stage: Codable, Equatable, Sendable {
        /// Where the latest epoch was computed.
        public var device: String
        /// Threads for operations on the CPU.
        public var threads: Int
        /// Epoch, from 1 → seconds from its start until its checkpoint was there, validation included. An epoch in which the
        /// run was stopped is missing.
        public var seconds: [Int: Double] = [:]

        /// The median of an epoch; nothing when none was timed.
        public var secondsPerEpoch: Double? {
            let sorted = seconds.values.sorted()
            guard !sorted.isEmpty else { return nil }
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }

    /// Stage → its times.
    public var stages: [TrainingStage: Stage] = [:]

    /// No times yet.
    public init() {}

    /// What a file says; nothing when there is none that can be read: times are never worth stopping for.
    public init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let timing = try? JSONDecoder().decode(RunTiming.self, from: data)
        else { return nil }
        self = timing
    }

    /// Writes the file.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try AtomicFile.write(Array(try encoder.encode(self)), to: path)
    }
}
