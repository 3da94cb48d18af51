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

    let model: any MultitaskModel
    let task: TaskShape
    let record: ModelRecord.TaskRecord
    /// Modality → the statistics by which its dataset was standardised.
    private let statistics: [String: Standardisation]

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
        self.task = task
        self.record = record
        let description = record.dataset.map(run.datasetPath)
        let dataset = try description.flatMap {
            FileManager.default.fileExists(atPath: $0) ? try DatasetDescription(file: $0) : nil
        }
        encoding = dataset?.encoding
        statistics = dataset?.modalities.compactMapValues(\.statistics) ?? [:]
    }

    /// Predicts all samples of a safetensors file, in order.
    ///
    /// Values in invalid tokens, and in samples without the modality, are ignored. Numbers of other
    /// types are converted to single precision.
    ///
    /// - Parameters:
    ///   - path: The path of the file, with a tensor `[samples, …, channels]` per modality and
    ///     optional `mask/NAME` and `present/NAME`.
    ///   - batch: The number of samples per forward pass.
    ///   - isRaw: True when the values are in raw units, to be standardised as the dataset was.
    ///   - remark: Receives one line about the tensors that are converted, if there are any.
    ///   - deliver: Receives each prediction.
    /// - Throws: `SafetensorsError` that names the tensor that is missing or does not fit;
    ///   ``RunError`` when the file has no modality of the task, a sample has none of them, or
    ///   lacks one that no training sample lacked; the errors of `deliver`.
    public func predict(
        file path: String, batch: Int, isRaw: Bool = false, remark: (String) -> Void = { _ in },
        _ deliver: (Prediction) throws -> Void
    ) throws {
        let file = try SafetensorsFile(path: path)
        let names = task.modalities.map(\.name)
        try PredictionTensors(file: file, modalities: names).check()
        let samples = try countSamples(file)
        let converted = names.filter { file.entries[$0].map { $0.dtype != .float32 } ?? false }.sorted()
        if !converted.isEmpty {
            let list = converted.map { "\($0) \(file.entries[$0]?.dtype.rawValue ?? "") as F32" }
            remark("\(path): tensors \(converted.count) converted while reading: \(list.joined(separator: ", "))")
        }
        for start in stride(from: 0, to: samples, by: batch) {
            let input = try self.input(file, rows: start..<min(start + batch, samples), isRaw: isRaw)
            for (row, outputs) in try outputs(of: input).enumerated() {
                try deliver(prediction(row: start + row, outputs))
            }
        }
    }

    /// Returns the outputs of the task for each sample, in units of the target.
    func outputs(of input: TaskInput) throws -> [[Float]] {
        let outputs = try withoutGradients { try model.forward([task.name: input]).logits[task.name] }
        guard let outputs else { return [] }
        let values = try record.objective.unstandardised(outputs).floats()
        return (0..<input.count).map { Array(values[($0 * task.outputs)..<(($0 + 1) * task.outputs)]) }
    }

    private func countSamples(_ file: SafetensorsFile) throws -> Int {
        var samples: Int?
        for modality in task.modalities {
            guard let entry = file.entries[modality.name] else {
                guard model.learnsPlaceholders else { _ = try file.entry(named: modality.name); continue }
                try checkAbsence(of: modality.name, in: file, samples: "all samples")
                continue
            }
            let expected = record.axes[modality.name] ?? []
            let channels = record.encodings?[modality.name]?.channels ?? modality.channels
            guard Self.fits(entry.shape.dropFirst(), expected + [channels]) else {
                throw SafetensorsError(
                    path: file.path, tensor: modality.name,
                    reason: "is \(entry.dtype.rawValue) \(entry.shape); expected F32 [N, "
                        + (expected + [channels]).map(String.init).joined(separator: ", ") + "]")
            }
            guard samples == nil || samples == entry.shape.first else {
                throw SafetensorsError(
                    path: file.path, tensor: modality.name,
                    reason: "has \(entry.shape.first ?? 0) samples; the modalities before it have \(samples ?? 0)")
            }
            samples = entry.shape.first
            let count = entry.shape.first ?? 0
            try checkFlags("mask/\(modality.name)", shape: [count] + expected, in: file)
            let present = "present/\(modality.name)"
            try checkFlags(present, shape: [count], in: file)
            if let missing = try flags(file, present, count)?.firstIndex(of: false) {
                try checkAbsence(of: modality.name, in: file, samples: "sample \(missing)")
            }
            try checkTokens(of: modality.name, tokens: expected.reduce(1, *), samples: count, in: file)
        }
        guard let samples else {
            throw RunError(
                "\(file.path): has no modality of task '\(task.name)'; expected "
                    + task.modalities.map(\.name).joined(separator: ", "))
        }
        try checkPresence(samples: samples, in: file)
        return samples
    }

    /// Returns true for the expected shape, also with one axis of length 1 more or less at the end.
    private static func fits(_ shape: ArraySlice<Int>, _ expected: [Int]) -> Bool {
        shape == expected[...] || shape + [1] == expected[...] || shape == (expected + [1])[...]
    }

    /// Rejects samples whose mask leaves no token of a modality, for which there is no answer.
    private func checkTokens(of modality: String, tokens: Int, samples: Int, in file: SafetensorsFile) throws {
        let name = "mask/\(modality)"
        guard let masks = try flags(file, name, samples) else { return }
        let present = try flags(file, "present/\(modality)", samples)
        for sample in 0..<samples where present?[sample] ?? true {
            guard !masks[sample * tokens..<(sample + 1) * tokens].contains(true) else { continue }
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "sample \(sample) has no valid token; if it lacks the modality, set 'present/\(modality)' to 0 "
                    + "there")
        }
    }

    /// Rejects samples without any modality, for which there is no answer.
    private func checkPresence(samples: Int, in file: SafetensorsFile) throws {
        var hasModality = [Bool](repeating: false, count: samples)
        for modality in task.modalities where file.entries[modality.name] != nil {
            guard let present = try flags(file, "present/\(modality.name)", samples) else { return }
            for sample in hasModality.indices where present[sample] { hasModality[sample] = true }
        }
        guard let sample = hasModality.firstIndex(of: false) else { return }
        throw RunError("\(file.path): sample \(sample) has no modality of task '\(task.name)'; expected at least one")
    }

    /// Returns all values of a mask or of presence; `nil` if the file has no such tensor.
    private func flags(_ file: SafetensorsFile, _ name: String, _ samples: Int) throws -> [Bool]? {
        guard file.entries[name] != nil else { return nil }
        return try part(file, name, 0..<samples).to(dtype: .bool).bools()
    }

    /// Rejects a missing modality whose placeholder was never trained, since the prediction would
    /// be wrong.
    private func checkAbsence(of modality: String, in file: SafetensorsFile, samples: String) throws {
        guard let learned = record.absentable, !learned.contains(modality) else { return }
        throw RunError(
            "\(file.path): \(samples) without \(task.name)/\(modality), which no training sample lacked; train with "
                + "training.modality_dropout above 0 to predict without it")
    }

    private func checkFlags(_ name: String, shape: [Int], in file: SafetensorsFile) throws {
        guard let entry = file.entries[name] else { return }
        guard Self.fits(entry.shape[...], shape) else {
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "is \(entry.dtype.rawValue) \(entry.shape); expected BOOL or U8 \(shape)")
        }
    }

    private func input(_ file: SafetensorsFile, rows: Range<Int>, isRaw: Bool) throws -> TaskInput {
        var streams: [String: StreamInput] = [:]
        for modality in task.modalities where file.entries[modality.name] != nil {
            let axes = record.axes[modality.name] ?? []
            let data = try part(file, modality.name, rows).to(dtype: .float32)
            let channels = data.count / max(1, rows.count * axes.reduce(1, *))
            var stream = StreamInput(data: try data.reshaped([rows.count] + axes + [channels]))
            let (mask, present) = ("mask/\(modality.name)", "present/\(modality.name)")
            if file.entries[mask] != nil {
                stream.mask = try part(file, mask, rows).to(dtype: .bool).reshaped([rows.count] + axes)
            }
            if file.entries[present] != nil { stream.present = try part(file, present, rows).to(dtype: .bool).bools() }
            if isRaw { stream.data = try standardised(stream.data, modality.name) }
            stream.data = try cleared(stream)
            guard try stream.data.isFinite().all() else {
                throw SafetensorsError(
                    path: file.path, tensor: modality.name,
                    reason: "has a value that is not finite in rows \(rows.lowerBound) to \(rows.upperBound - 1); mark "
                        + "missing tokens in '\(mask)'")
            }
            streams[modality.name] = try encoded(stream, modality.name)
        }
        return TaskInput(count: rows.count, streams: streams)
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

    /// Returns raw values as the dataset stores them, in the same arithmetic.
    private func standardised(_ data: Tensor, _ modality: String) throws -> Tensor {
        guard let statistics = statistics[modality] else { return data }
        var values = try data.floats()
        let elements = values.count / max(1, try data.size(0))
        for start in stride(from: 0, to: values.count, by: max(1, elements)) {
            var sample = Array(values[start..<start + elements])
            statistics.standardise(&sample)
            values.replaceSubrange(start..<start + elements, with: sample)
        }
        return try Tensor(values, shape: data.shape)
    }

    /// Returns the data with zeros in invalid tokens and in samples without the modality, where
    /// files may hold any values.
    private func cleared(_ stream: StreamInput) throws -> Tensor {
        var data = stream.data
        if let mask = stream.mask {
            data = try data.filled(where: mask.logicalNot().reshaped(mask.shape + [1]), with: 0)
        }
        if let present = stream.present {
            let absent = try Tensor(present.map(!), shape: [present.count] + Array(repeating: 1, count: data.rank - 1))
            data = try data.filled(where: absent, with: 0)
        }
        return data
    }

    private func part(_ file: SafetensorsFile, _ name: String, _ rows: Range<Int>) throws -> Tensor {
        let entry = try file.entry(named: name)
        guard let count = entry.shape.first, count >= rows.upperBound else {
            throw SafetensorsError(
                path: file.path, tensor: name, reason: "has shape \(entry.shape); expected \(rows.upperBound) samples")
        }
        return try file.withBytes(of: name) { bytes in
            let size = bytes.count / count
            let slice = UnsafeRawBufferPointer(rebasing: bytes[(rows.lowerBound * size)..<(rows.upperBound * size)])
            return try Tensor(bytes: slice, shape: [rows.count] + entry.shape.dropFirst(), dtype: entry.dtype)
        }
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
