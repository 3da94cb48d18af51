import Files
import Foundation
import HighMMT
import Multimodal
import Torch

/// What a run says of its model, so that it can be used without the data it was trained on.
public struct ModelRecord: Codable, Sendable {
    /// What a task's outputs mean.
    public struct TaskRecord: Codable, Sendable {
        /// Class or label names, or nothing for numbers.
        public var classes: [String]?
        /// What the task minimised, with the statistics of its target.
        public var objective: TaskObjective
        /// Modality → sizes of the axes in the training data.
        public var axes: [String: [Int]]
        /// The modalities that training samples lacked, in the order of their names: the model does without them. Nothing in a
        /// record that an earlier version wrote.
        public var absentable: [String]?
        /// Modality → the way from stored numbers to tokens; modalities that are read as they are stored are not named.
        public var encodings: [String: InputEncoding]?
    }

    /// Version of this format.
    public var format = 1
    /// The version of this program.
    public var version: String
    /// The version of LibTorch.
    public var libtorch: String
    /// The seed that parameters started from.
    public var seed: UInt64
    /// The sizes of the model.
    public var configuration: ModelConfiguration
    /// Its tasks.
    public var tasks: [TaskShape]
    /// Its groups.
    public var sharing: Sharing
    /// The epoch of stage 1, from 1, whose parameters every group began with; nothing in stage 1.
    public var origin: Int?
    /// Task → what its outputs mean.
    public var records: [String: TaskRecord]

    /// The model with parameters that start from the seed.
    ///
    /// - Throws: ``ModelError`` when the record does not describe a model.
    public func model(device: Device) throws -> HighMMTModel {
        try HighMMTModel(configuration, tasks: tasks, sharing: sharing, seed: seed, device: device)
    }

    /// Writes the record.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws {
        try JSONFile.write(self, to: path)
    }

    /// Reads a record.
    ///
    /// - Throws: `FileError` that names the file and key.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected the folder of a run")
        }
        do {
            self = try JSONFile.decode(ModelRecord.self, from: data)
        } catch {
            throw FileError(path: path, reason: "is not the record of a model: \(error.oneLine)")
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
                    path: path, reason: "task '\(task.name)' needs means and deviations of \(statistics) targets")
            }
        }
    }

    /// - Throws: an error that names the file when a training split cannot be read.
    init(
        _ model: HighMMTModel, seed: UInt64, tasks opened: [OpenedTask], objectives: [String: TaskObjective]
    ) throws {
        version = ProjectVersion.number
        libtorch = Library.version
        self.seed = seed
        configuration = model.configuration
        tasks = model.tasks
        sharing = model.sharing
        records = [:]
        for task in opened {
            guard let objective = objectives[task.name] else { continue }
            let axes = task.modalities.compactMap { name in
                task.dataset.description.modalities[name].map { (name, $0.axes) }
            }
            records[task.name] = TaskRecord(
                classes: task.target.classes, objective: objective, axes: Dictionary(uniqueKeysWithValues: axes),
                absentable: try task.modalities.filter(task.isTrained).sorted(),
                encodings: task.encodings.isEmpty ? nil : task.encodings)
        }
    }
}
