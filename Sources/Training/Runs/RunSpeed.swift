import Files
import Foundation
import Torch

/// How long inference takes with the models of a run; what `speed.json` holds. It is different every time.
public struct RunSpeed: Codable, Equatable, Sendable {
    /// The times of one stage.
    public struct Stage: Codable, Equatable, Sendable {
        /// Task → the median milliseconds per sample.
        public var milliseconds: [String: Double] = [:]

        /// No times yet.
        public init() {}
    }

    /// Samples at once.
    public var batch: Int
    /// Threads for operations on the CPU.
    public var threads: Int
    /// Stage → its times.
    public var stages: [String: Stage] = [:]

    init(batch: Int) {
        self.batch = batch
        threads = Library.threads
    }

    /// What a file says; nothing when there is none that can be read: times are never worth stopping for.
    public init?(path: String) {
        guard let speed = try? JSONFile.read(RunSpeed.self, from: path, content: "times") else { return nil }
        self = speed
    }

    /// Whether there are times of these stages and tasks.
    public func covers(_ stages: [TrainingStage], tasks: [String]) -> Bool {
        stages.allSatisfy { stage in
            tasks.allSatisfy { self.stages[stage.rawValue]?.milliseconds[$0] != nil }
        }
    }

    /// Writes the file.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to path: String) throws {
        try JSONFile.write(self, to: path)
    }
}
