import Baselines
import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// The description of a model, with which it can be used without its training data.
public struct ModelRecord: Codable, Sendable {
    /// The meaning of the outputs of a task.
    public struct TaskRecord: Codable, Sendable {
        /// The name of the dataset in the suite; `nil` in records of earlier versions.
        public var dataset: String?
        /// The name of the target in the dataset; `nil` in records of earlier versions.
        public var target: String?
        /// The names of the classes or labels; `nil` for regression.
        public var classes: [String]?
        /// The objective of the task, with the statistics of its target.
        public var objective: TaskObjective
        /// Modality → sizes of its axes in the training data.
        public var axes: [String: [Int]]
        /// The modalities, sorted by name, that some training samples lacked. The model can predict
        /// without them. `nil` in records of earlier versions.
        public var absentable: [String]?
        /// Modality → the encoding of its stored values as tokens. Unchanged modalities have no
        /// entry.
        public var encodings: [String: InputEncoding]?
        /// Modality → the range of its stored values in training rows. `nil` in records of earlier
        /// versions.
        public var ranges: [String: TrainingRange]?
    }

    /// The settings of the optimiser of a stage with groups.
    public struct Optimisation: Codable, Equatable, Sendable {
        /// The learning rate.
        public var learningRate: Double
        /// The weight decay.
        public var weightDecay: Double

        init(_ settings: TrainingSettings.Stage2) {
            learningRate = settings.learningRate
            weightDecay = settings.weightDecay
        }
    }

    /// The version of the format.
    public var format = 1
    /// The version of the program that wrote the record.
    public var version: String
    /// The version of LibTorch that the program used.
    public var libtorch: String
    /// The seed of the initial parameters.
    public var seed: UInt64
    /// The networks of a prior method; `nil` for HighMMT.
    public var networks: BaselineConfiguration?
    /// The sizes of the model; those of HighMMT where there are `networks`, which do not use them.
    public var configuration: ModelConfiguration
    /// The tasks of the model.
    public var tasks: [TaskShape]
    /// The parameter groups of the model.
    public var sharing: Sharing
    /// The epoch of stage 1, counted from 1, whose parameters all groups started from; `nil` in
    /// stage 1.
    public var origin: Int?
    /// The optimiser of the stage; `nil` in stage 1, which has the one of the suite, and in records
    /// of earlier versions.
    public var optimisation: Optimisation?
    /// Task → meaning of its outputs.
    public var records: [String: TaskRecord]

    /// Returns the model with the initial parameters of the seed.
    ///
    /// - Throws: `ModelError` when the record does not describe a valid model.
    public func model(device: Device) throws -> any MultitaskModel {
        if let networks { return try BaselineModel(networks, tasks: tasks, seed: seed, device: device) }
        return try HighMMTModel(configuration, tasks: tasks, sharing: sharing, seed: seed, device: device)
    }

    /// Writes the record.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        try JSONFile.writeChecked(self, to: path)
    }

    /// Reads a record.
    ///
    /// - Throws: `FileError` that names the file and key when it cannot be read or its content is
    ///   invalid.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected the folder of a run")
        }
        do {
            self = try JSONFile.decode(ModelRecord.self, from: data)
        } catch {
            throw FileError(
                path: path,
                reason: FileSignature.mismatchOfText(data, expected: "the record of a model")
                    ?? "is not the record of a model: \(error.oneLine)")
        }
        guard format == 1 else { throw FileError(path: path, reason: "has format \(format); this version reads 1") }
        for (name, record) in records.sorted(by: { $0.key < $1.key }) {
            for (modality, encoding) in (record.encodings ?? [:]).sorted(by: { $0.key < $1.key })
            where !encoding.isSound || record.axes[modality] != encoding.axes {
                throw FileError(path: path, reason: "'\(name)/\(modality)' has an encoding that cannot be")
            }
        }
        for task in tasks {
            guard let objective = records[task.name]?.objective else {
                throw FileError(path: path, reason: "has no record of task '\(task.name)'")
            }
            let statistics = objective.kind == .regression ? task.outputs : 0
            guard objective.mean.count == statistics, objective.deviation.count == statistics else {
                throw FileError(
                    path: path,
                    reason: "the objective of task '\(task.name)' needs \(statistics) means and deviations")
            }
        }
        try JSONFile.checkChecksum(
            data, path: path, advice: "restore it from a copy, or write it again with the command that trained the run")
    }

    /// Creates the record of a model that was trained elsewhere.
    init(_ model: HighMMTModel, records: [String: TaskRecord]) {
        version = ProjectVersion.number
        libtorch = LibTorch.version
        seed = 0
        configuration = model.configuration
        tasks = model.tasks
        sharing = model.sharing
        self.records = records
    }

    /// Creates the record of a model.
    ///
    /// - Throws: `DatasetError` that names the file when a training split cannot be read.
    init(_ model: any MultitaskModel, seed: UInt64, tasks opened: [OpenedTask], objectives: [String: TaskObjective])
        throws
    {
        version = ProjectVersion.number
        libtorch = LibTorch.version
        self.seed = seed
        let shared = model as? HighMMTModel
        networks = (model as? BaselineModel)?.configuration
        configuration = shared?.configuration ?? ModelConfiguration(learnsPlaceholders: model.learnsPlaceholders)
        tasks = model.tasks
        sharing = shared?.sharing ?? .all
        records = [:]
        for task in opened {
            guard let objective = objectives[task.name] else { continue }
            let axes = task.modalities.compactMap { name in
                task.dataset.description.modalities[name].map { (name, $0.axes) }
            }
            records[task.name] = TaskRecord(
                dataset: task.task.dataset, target: task.task.target, classes: task.target.classes,
                objective: objective,
                axes: Dictionary(uniqueKeysWithValues: axes),
                absentable: try task.modalities.filter(task.isTrained).sorted(),
                encodings: task.encodings.isEmpty ? nil : task.encodings, ranges: try task.trainingRanges())
        }
    }
}
