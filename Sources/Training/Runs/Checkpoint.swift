import Files
import Foundation
import HighMMT
import Torch

/// Everything that a training loop needs to go on as if it had never stopped.
///
/// A checkpoint is a folder that gets its name only once it is complete. Random state needs no file: orders depend on the
/// seed and the epoch alone.
public struct Checkpoint {
    /// The part that is not a tensor.
    public struct State: Codable, Equatable, Sendable {
        /// Version of this format.
        public var format = 1
        /// The stage of training.
        public var stage: String
        /// The epoch to go on with, from 0.
        public var epoch: Int
        /// The step to go on with, from 0.
        public var step: Int
        /// Path → updates its parameter has had.
        public var stepCounts: [String: Int]
        /// Task → sum of the losses of the unfinished epoch's batches.
        public var lossSums: [String: Double] = [:]
        /// Task → batches of the unfinished epoch.
        public var lossCounts: [String: Int] = [:]
        /// The best summed validation score so far.
        public var bestScore: Double?
        /// The epoch of the best score, from 1.
        public var bestEpoch: Int?
    }

    private static let weightsFile = "weights.safetensors"
    private static let optimiserFile = "optimizer.safetensors"
    private static let stateFile = "state.json"
    private static let meanName = "mean_of_parameters"

    /// Where it lies.
    public let folder: String
    /// The part that is not a tensor.
    public let state: State

    /// Opens a complete checkpoint.
    ///
    /// - Throws: `FileError` that names the file when it cannot be read.
    public init(folder: String) throws {
        self.folder = folder
        let path = "\(folder)/\(Checkpoint.stateFile)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; the checkpoint is not complete")
        }
        do {
            state = try JSONFile.decode(State.self, from: data)
        } catch {
            throw FileError(path: path, reason: "is not the state of a checkpoint: \(error.oneLine)")
        }
        guard state.format == 1 else {
            throw FileError(path: path, reason: "has format \(state.format); this version reads 1")
        }
        let sensible = 0...1_000_000_000
        guard sensible.contains(state.epoch), sensible.contains(state.step),
            (0...state.epoch).contains(state.bestEpoch ?? 0),
            state.lossCounts.values.allSatisfy((0...state.step).contains)
        else {
            throw FileError(path: path, reason: "names epochs, steps or batches that cannot be")
        }
    }

    /// Gives model and optimiser what the checkpoint holds.
    ///
    /// - Throws: an error that names the file and parameter when they do not fit.
    public func restore(_ model: HighMMTModel, _ optimiser: Adam, _ average: ParameterAverage? = nil) throws {
        try model.parameters.load(SafetensorsFile(path: "\(folder)/\(Checkpoint.weightsFile)").tensors())
        let moments = try SafetensorsFile(path: "\(folder)/\(Checkpoint.optimiserFile)")
        try optimiser.restore(
            firstMoments: moments.tensor(named: "first_moments"),
            secondMoments: moments.tensor(named: "second_moments"), stepCounts: state.stepCounts)
        try average?.restore(moments.tensor(named: Checkpoint.meanName))
    }

    /// Writes a checkpoint.
    ///
    /// - Throws: `FileError` when it cannot be written; what stood there stays as it was then.
    static func write(
        _ state: State, _ model: HighMMTModel, _ optimiser: Adam, _ average: ParameterAverage? = nil, to folder: String
    ) throws {
        let part = folder + ".part"
        try? FileManager.default.removeItem(atPath: part)
        try Folder.make(part)
        try SafetensorsWriter.write(model.parameters.state, to: "\(part)/\(weightsFile)")
        var moments = ["first_moments": optimiser.firstMoments, "second_moments": optimiser.secondMoments]
        moments[meanName] = average?.values
        try SafetensorsWriter.write(moments, to: "\(part)/\(optimiserFile)")
        try JSONFile.write(state, to: "\(part)/\(stateFile)")
        try? FileManager.default.removeItem(atPath: folder)
        guard rename(part, folder) == 0 else {
            throw FileError(path: folder, reason: "cannot be put in place: \(String(cString: strerror(errno)))")
        }
    }
}
