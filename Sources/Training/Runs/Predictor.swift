import Foundation
import HighMMT
import Multimodal
import Torch

/// Predicts one task for the samples of a file, with the best parameters of a run.
public struct Predictor {
    /// The prediction for one sample.
    public struct Prediction: Codable, Sendable {
        /// The row of the sample in the file, counted from 0.
        public var row: Int
        /// The most probable class; `nil` for labels and regression.
        public var prediction: String?
        /// Class or label → probability; `nil` for regression and when the classes have no names.
        public var probabilities: [String: Double]?
        /// The predicted values in raw units of the target, or the probabilities of classes without
        /// names; `nil` when there are `probabilities`.
        public var values: [Double]?
        /// The unit of regression values; `nil` when it is unknown.
        public var unit: String?
        /// The id of the sample in its table.
        public var id: String?
        /// The reason why there is no prediction.
        public var problem: String?
    }

    /// The way from raw tables to the tensors of the task's dataset; `nil` if the dataset has
    /// another origin.
    public let encoding: TableDescription?
    /// The names of the task's modalities.
    public var modalities: [String] { task.modalities.map(\.name) }
    /// The names of the classes or labels; `nil` for regression.
    public var classes: [String]? { record.classes }
    /// The number of outputs: classes, labels or values.
    public var outputs: Int { task.outputs }
    /// True when the task predicts one of several classes.
    public var isClassification: Bool { record.objective.kind == .classification }
    /// The name of the task.
    public var taskName: String { task.name }

    /// The unit of regression values; `nil` when it is unknown.
    public var unit: String? {
        encoding?.columns.first { ($0.value.name ?? $0.key) == record.target && $0.value.role.isTarget }?.value.unit
    }

    /// The stage whose model is used.
    public let stage: TrainingStage
    let model: any MultitaskModel
    let task: TaskShape
    let record: ModelRecord.TaskRecord
    /// Modality → the statistics by which its dataset was standardised.
    let statistics: [String: Standardisation]

    /// Loads the model of a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - name: The name of the task to predict; `nil` takes the only one.
    ///   - stage: The stage whose model is used; `nil` uses ``RunDirectory/latestStage``.
    ///   - device: The device to compute on.
    /// - Throws: ``RunError`` when the run has no such task, several to choose from or no trained
    ///   parameters; `FileError`,
    ///   `SafetensorsError` or `ModelError` when the model cannot be loaded.
    public init(_ run: RunDirectory, task name: String? = nil, stage: TrainingStage? = nil, device: Device) throws {
        let best = try run.bestModel(of: stage, device: device)
        let names = best.model.tasks.map(\.name).joined(separator: ", ")
        guard name != nil || best.model.tasks.count == 1 else {
            throw RunError("\(run.path): has several tasks; choose one with --task: \(names)")
        }
        guard let task = best.model.tasks.first(where: { name == nil || $0.name == name }),
            let record = best.record.records[task.name]
        else { throw RunError("\(run.path): has no task '\(name ?? "")'; it has \(names)") }
        model = best.model
        self.stage = stage ?? run.latestStage ?? .first
        self.task = task
        self.record = record
        let description = record.dataset.map(run.datasetPath)
        let dataset = try description.flatMap {
            FileManager.default.fileExists(atPath: $0) ? try DatasetDescription(file: $0) : nil
        }
        encoding = dataset?.encoding
        statistics = dataset?.modalities.compactMapValues(\.statistics) ?? [:]
    }

    /// Opens a safetensors file with samples of the task.
    func sampleFile(_ path: String, isRaw: Bool) throws -> SampleFile {
        try SampleFile(
            path: path, task: task, record: record, learnsPlaceholders: model.learnsPlaceholders,
            statistics: isRaw ? statistics : [:])
    }

    /// Returns the outputs of the task for each sample, in units of the target.
    func outputs(of input: TaskInput) throws -> [[Float]] {
        let outputs = try withoutGradients { try model.forward([task.name: input]).logits[task.name] }
        guard let outputs else { return [] }
        let values = try record.objective.unstandardised(outputs).floats()
        return (0..<input.count).map { Array(values[($0 * task.outputs)..<(($0 + 1) * task.outputs)]) }
    }

    /// Returns a modality as the model reads it, on the model's device.
    func encoded(_ stream: StreamInput, _ modality: String) throws -> StreamInput {
        var stream = stream
        if let encoding = record.encodings?[modality] {
            (stream.data, stream.mask) = try encoding.applied(
                stream.data, mask: stream.mask, present: stream.present)
        }
        stream.data = try stream.data.to(device: model.parameters.device)
        stream.mask = try stream.mask?.to(device: model.parameters.device)
        return stream
    }

    func prediction(row: Int, _ outputs: [Float]) -> Prediction {
        let values = Predictions.probabilities(outputs, kind: record.objective.kind)
        guard let classes = record.classes, classes.count == values.count else {
            return Prediction(row: row, values: values, unit: isClassification ? nil : unit)
        }
        let best = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        return Prediction(
            row: row, prediction: record.objective.kind == .classification ? classes[best] : nil,
            probabilities: Dictionary(zip(classes, values)) { first, _ in first })
    }
}
