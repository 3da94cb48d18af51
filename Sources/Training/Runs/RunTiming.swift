import Files
import Foundation
import Numerics
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
        public var secondsPerEpoch: Double? { seconds.values.median }
    }

    /// Stage → its times.
    public var stages: [String: Stage] = [:]

    /// No times yet.
    public init() {}

    /// What a file says; nothing when there is none that can be read: times are never worth stopping for.
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
