import Files
import Foundation
import Torch

/// The times of inference with the models of a run, the content of `speed.json`. They differ
/// between measurements.
public struct RunSpeed: Codable, Equatable, Sendable {
    /// The times of one stage.
    public struct Stage: Codable, Equatable, Sendable {
        /// Task → the median milliseconds per sample.
        public var milliseconds: [String: Double] = [:]

        /// Creates an empty record.
        public init() {}
    }

    /// The number of samples per forward pass.
    public var batch: Int
    /// The number of CPU threads.
    public var threads: Int
    /// Stage → its times.
    public var stages: [TrainingStage: Stage] = [:]

    init(batch: Int) {
        self.batch = batch
        threads = LibTorch.threads
    }

    /// Reads a file; `nil` when it does not exist or is invalid, since missing times are no reason
    /// to stop.
    public init?(path: String) {
        guard let speed = try? JSONFile.read(RunSpeed.self, from: path, content: "times") else { return nil }
        self = speed
    }

    /// Returns true when all of these stages and tasks have times.
    public func covers(_ stages: [TrainingStage], tasks: [String]) -> Bool {
        stages.allSatisfy { stage in
            tasks.allSatisfy { self.stages[stage]?.milliseconds[$0] != nil }
        }
    }

    /// Writes the file.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to path: String) throws {
        try JSONFile.write(self, to: path)
    }
}
