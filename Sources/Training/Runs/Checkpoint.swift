import Files
import Foundation
import HighMMT
import Torch

/// The complete state of a training loop, from which it resumes as if it had never stopped.
///
/// A checkpoint is a folder that gets its final name only once it is complete. Each of its files
/// holds its own checksum. Random state is not stored, since orders depend only on the seed and the
/// epoch.
public struct Checkpoint {
    /// The state other than tensors.
    public struct State: Codable, Equatable, Sendable {
        /// The version of the format.
        public var format = 1
        /// The stage of training.
        public var stage: TrainingStage
        /// The epoch to resume at, counted from 0.
        public var epoch: Int
        /// The step to resume at, counted from 0.
        public var step: Int
        /// Path of a parameter → number of updates it has had.
        public var stepCounts: [String: Int]
        /// Task → sum of the batch losses of the unfinished epoch.
        public var lossSums: [String: Double] = [:]
        /// Task → number of batches of the unfinished epoch.
        public var lossCounts: [String: Int] = [:]
        /// Task → the factor of its loss in the epoch to resume at; `nil` when all are 1.
        public var lossFactors: [String: Double]?
        /// Task → its validation loss before training; `nil` when it was not measured.
        public var startLosses: [String: Double]?
        /// The number of steps of the unfinished epoch that were left out; `nil` for none.
        public var skipped: Int?
        /// The number of times that the learning rate was halved; `nil` for none.
        public var lowerings: Int?
        /// The best score of an epoch so far; see ``EpochRecord/score``.
        public var bestScore: Double?
        /// The epoch of the best score, counted from 1.
        public var bestEpoch: Int?
        /// Task → its best validation score; `nil` when all tasks keep the same epoch.
        public var taskScores: [String: Double]?
        /// Task → the epoch of that score, counted from 1; `nil` as for ``taskScores``.
        public var taskEpochs: [String: Int]?

        /// The first epoch whose parameters are among the best ones; `nil` before any.
        var firstBestEpoch: Int? {
            taskScores == nil ? bestEpoch : taskEpochs.map { $0.values.min() ?? 0 } ?? 0
        }
    }

    private static let weightsFile = "weights.safetensors"
    private static let optimiserFile = "optimizer.safetensors"
    private static let stateFile = "state.json"
    private static let meanName = "mean_of_parameters"

    /// The path of the folder.
    public let folder: String
    /// The state other than tensors.
    public let state: State

    /// Opens a complete checkpoint.
    ///
    /// - Throws: `FileError` that names the file when it cannot be read or its content is invalid.
    public init(folder: String) throws {
        self.folder = folder
        let path = "\(folder)/\(Self.stateFile)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; the checkpoint is not complete")
        }
        do {
            state = try JSONFile.decode(State.self, from: data)
        } catch {
            throw FileError(
                path: path,
                reason: FileSignature.mismatchOfText(data, expected: "the state of a checkpoint")
                    ?? "is not the state of a checkpoint: \(error.oneLine)")
        }
        guard state.format == 1 else {
            throw FileError(path: path, reason: "has format \(state.format); this version reads 1")
        }
        let sensible = 0...1_000_000_000
        guard sensible.contains(state.epoch), sensible.contains(state.step),
            (0...state.epoch).contains(state.bestEpoch ?? 0),
            state.lossCounts.values.allSatisfy((0...state.step).contains)
        else {
            throw FileError(path: path, reason: "has impossible numbers of epochs, steps or batches")
        }
        try JSONFile.checkChecksum(data, path: path, advice: Self.advice)
    }

    private static let advice = "expected the file as it was written"

    /// Checks the tensors of the checkpoint against their checksums.
    ///
    /// - Throws: `FileError` or `SafetensorsError` that names a file that is missing or damaged.
    func check() throws {
        for file in [Self.weightsFile, Self.optimiserFile] {
            try SafetensorsFile(path: "\(folder)/\(file)").check(advice: Self.advice)
        }
    }

    /// Restores the model, the optimiser and the average of parameters.
    ///
    /// - Throws: `FileError` or `SafetensorsError` that names the file or tensor when it cannot be
    ///   read, or when the state of the optimiser is of other parameters; `TorchError` that names
    ///   the parameter when it does not fit.
    public func restore(_ model: any MultitaskModel, _ optimiser: Adam, _ average: ParameterAverage? = nil) throws {
        try model.parameters.load(SafetensorsFile(path: "\(folder)/\(Self.weightsFile)").tensors())
        let path = "\(folder)/\(Self.optimiserFile)"
        let moments = try SafetensorsFile(path: path)
        do {
            try optimiser.restore(
                firstMoments: moments.tensor(named: "first_moments"),
                secondMoments: moments.tensor(named: "second_moments"), stepCounts: state.stepCounts)
            try average?.restore(moments.tensor(named: Self.meanName))
        } catch let error as TorchError {
            throw FileError(
                path: path,
                reason: "does not fit the model (\(error)); a run of a version with other trained parameters cannot be "
                    + "continued, expected one of this version")
        }
    }

    /// Writes a checkpoint.
    ///
    /// - Throws: `FileError` when it cannot be written. Checkpoints at other paths are not changed.
    static func write(
        _ state: State, _ model: any MultitaskModel, _ optimiser: Adam, _ average: ParameterAverage? = nil,
        to folder: String
    ) throws {
        let part = folder + ".part"
        try Folder.remove(part)
        try Folder.make(part)
        try SafetensorsWriter.write(model.parameters.state, isChecked: true, to: "\(part)/\(weightsFile)")
        var moments = ["first_moments": optimiser.firstMoments, "second_moments": optimiser.secondMoments]
        moments[meanName] = average?.values
        try SafetensorsWriter.write(moments, isChecked: true, to: "\(part)/\(optimiserFile)")
        try JSONFile.writeChecked(state, to: "\(part)/\(stateFile)")
        try Folder.remove(folder)
        try Folder.move(part, to: folder)
    }
}
