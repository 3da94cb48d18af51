import Files
import Foundation
import HighMMT
import Torch

/// The checkpoints of one stage of a run: the latest ones and the best parameters.
public struct CheckpointStore: Sendable {
    /// The folder of the stage.
    public let folder: String
    private let keepLast: Int

    /// Creates a store in the folder of a stage. The folder is created with the first checkpoint.
    ///
    /// - Parameters:
    ///   - folder: The folder of the stage.
    ///   - keepLast: The number of epoch checkpoints to keep. At least 2 are kept, so that training
    ///     can resume from the one before a damaged one.
    public init(folder: String, keepLast: Int) {
        self.folder = folder
        self.keepLast = max(2, keepLast)
    }

    /// The path of the best parameters so far.
    public var bestPath: String { "\(folder)/best.safetensors" }

    /// True when an epoch was completed here. The best parameters then exist, unless they were
    /// lost.
    var hasEpochs: Bool {
        ((try? names) ?? []).contains { !$0.contains(Self.stepMark) && $0 != Self.name(epoch: 0, step: 0) }
    }

    /// Returns the latest checkpoint between two epochs; `nil` when there is none.
    func epochStart() throws -> Checkpoint? {
        try names.last { !$0.contains(Self.stepMark) }.map { try Checkpoint(folder: "\(folder)/\($0)") }
    }

    /// Returns the latest complete checkpoint; `nil` when there is none.
    ///
    /// - Throws: `FileError` when it cannot be read.
    public func latest() throws -> Checkpoint? {
        try names.last.map { try Checkpoint(folder: "\(folder)/\($0)") }
    }

    /// Writes a checkpoint, removes outdated ones and returns its path.
    ///
    /// A checkpoint from within an epoch is kept only until the next one. An interrupted run
    /// therefore ends with the same files as an uninterrupted one. Earlier checkpoints are removed
    /// only after the new one is on the disk.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func save(
        _ state: Checkpoint.State, _ model: any MultitaskModel, _ optimiser: Adam, _ average: ParameterAverage?
    ) throws -> String {
        let path = "\(folder)/\(Self.name(epoch: state.epoch, step: state.step))"
        try Checkpoint.write(state, model, optimiser, average, to: path)
        try removeOutdated()
        return path
    }

    /// Removes the checkpoints that the latest one replaces. They are still there when the program
    /// ended between the two.
    ///
    /// - Throws: `FileError` when one cannot be removed.
    func removeOutdated() throws {
        let names = try names
        let passing = names.dropLast().filter { $0.contains(Self.stepMark) }
        let whole = names.filter { !$0.contains(Self.stepMark) }
        for old in passing + whole.dropLast(keepLast) { try Folder.remove("\(folder)/\(old)") }
    }

    /// Writes the best parameters.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - tasks: The tasks whose parameters are the best; the others keep those of the file. `nil`
    ///     writes all parameters.
    /// - Throws: `FileError` when they cannot be written or the earlier ones cannot be read.
    func saveBest(_ model: any MultitaskModel, of tasks: Set<String>? = nil) throws {
        try Folder.make(folder)
        var state = model.parameters.state
        if let tasks, FileManager.default.fileExists(atPath: bestPath) {
            let improved = Set(model.parameterPaths(of: tasks))
            let outputs = tasks.flatMap { ["summary.\($0).", "calibration.\($0)"] }
            let earlier = try SafetensorsFile(path: bestPath)
            // What is merged gets a new checksum.
            try earlier.check(advice: "repeat the command to find the best parameters again")
            for (path, value) in try earlier.tensors() where !improved.contains(path) {
                if !outputs.contains(where: { path == $0 || path.hasPrefix($0) && $0.hasSuffix(".") }) {
                    state[path] = value
                }
            }
        }
        try SafetensorsWriter.write(state, isChecked: true, to: bestPath)
    }

    /// The names of the complete checkpoints, oldest first. Numbers are padded with zeros, so
    /// alphabetical order is numerical order.
    var names: [String] {
        get throws { try Folder.names(in: folder).filter { $0.hasPrefix("epoch-") && !$0.hasSuffix(".part") } }
    }

    private static let stepMark = "-step-"

    private static func name(epoch: Int, step: Int) -> String {
        func padded(_ number: Int) -> String {
            String(repeating: "0", count: max(0, 6 - "\(number)".count)) + "\(number)"
        }
        return step == 0 ? "epoch-\(padded(epoch))" : "epoch-\(padded(epoch))\(stepMark)\(padded(step))"
    }
}
