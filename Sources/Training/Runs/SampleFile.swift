import HighMMT
import Multimodal
import Torch

/// A safetensors file with samples of a task, which fit what the model reads.
struct SampleFile {
    let file: SafetensorsFile
    let task: TaskShape
    let record: ModelRecord.TaskRecord
    /// True when the model learns placeholders of missing modalities.
    let learnsPlaceholders: Bool
    /// Modality → the statistics by which values are standardised; empty for values that are
    /// standardised already.
    let statistics: [String: Standardisation]
    /// The number of samples.
    private(set) var samples = 0
    /// Modality → the number of samples read so far with values far outside the training range.
    var farSamples: [String: Int] = [:]

    /// Opens a file and checks its tensors.
    ///
    /// - Throws: `SafetensorsError` that names the tensor that is missing or does not fit;
    ///   ``RunError`` when the file has no modality of the task, a sample has none of them, or
    ///   lacks one that no training sample lacked.
    init(
        path: String, task: TaskShape, record: ModelRecord.TaskRecord, learnsPlaceholders: Bool,
        statistics: [String: Standardisation]
    ) throws {
        file = try SafetensorsFile(path: path)
        (self.task, self.record) = (task, record)
        (self.learnsPlaceholders, self.statistics) = (learnsPlaceholders, statistics)
        try PredictionTensors(file: file, modalities: task.modalities.map(\.name)).check()
        samples = try countSamples()
    }

    /// Returns the number of samples, after checking every tensor.
    private func countSamples() throws -> Int {
        var samples: Int?
        for modality in task.modalities {
            guard let entry = file.entries[modality.name] else {
                guard learnsPlaceholders else { _ = try file.entry(named: modality.name); continue }
                try checkAbsence(of: modality.name, samples: "all samples")
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
            guard count > 0 else {
                throw SafetensorsError(
                    path: file.path, tensor: modality.name, reason: "has no samples; expected at least one")
            }
            try checkFlags("mask/\(modality.name)", shape: [count] + expected)
            let present = "present/\(modality.name)"
            try checkFlags(present, shape: [count])
            if let missing = try flags(present, count)?.firstIndex(of: false) {
                try checkAbsence(of: modality.name, samples: "sample \(missing)")
            }
            try checkTokens(of: modality.name, tokens: expected.reduce(1, *), samples: count)
        }
        guard let samples else {
            throw RunError(
                "\(file.path): has no modality of task '\(task.name)'; expected "
                    + task.modalities.map(\.name).joined(separator: ", "))
        }
        try checkPresence(samples: samples)
        return samples
    }

    /// Returns true for the expected shape, also with one axis of length 1 more or less at the end.
    private static func fits(_ shape: ArraySlice<Int>, _ expected: [Int]) -> Bool {
        shape == expected[...] || shape + [1] == expected[...] || shape == (expected + [1])[...]
    }

    /// Rejects samples whose mask leaves no token of a modality, for which there is no answer.
    private func checkTokens(of modality: String, tokens: Int, samples: Int) throws {
        let name = "mask/\(modality)"
        guard let masks = try flags(name, samples) else { return }
        let present = try flags("present/\(modality)", samples)
        for sample in 0..<samples where present?[sample] ?? true {
            guard !masks[sample * tokens..<(sample + 1) * tokens].contains(true) else { continue }
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "sample \(sample) has no valid token; if it lacks the modality, set 'present/\(modality)' to 0 "
                    + "there")
        }
    }

    /// Rejects samples without any modality, for which there is no answer.
    private func checkPresence(samples: Int) throws {
        var hasModality = [Bool](repeating: false, count: samples)
        for modality in task.modalities where file.entries[modality.name] != nil {
            guard let present = try flags("present/\(modality.name)", samples) else { return }
            for sample in hasModality.indices where present[sample] { hasModality[sample] = true }
        }
        guard let sample = hasModality.firstIndex(of: false) else { return }
        throw RunError("\(file.path): sample \(sample) has no modality of task '\(task.name)'; expected at least one")
    }

    /// Returns all values of a mask or of presence; `nil` if the file has no such tensor.
    private func flags(_ name: String, _ samples: Int) throws -> [Bool]? {
        guard file.entries[name] != nil else { return nil }
        return try part(name, 0..<samples).to(dtype: .bool).bools()
    }

    /// Rejects a missing modality whose placeholder was never trained, since the prediction would
    /// be wrong.
    private func checkAbsence(of modality: String, samples: String) throws {
        guard let learned = record.absentable, !learned.contains(modality) else { return }
        throw RunError(
            "\(file.path): \(samples) without \(task.name)/\(modality), which no training sample lacked; train with "
                + "training.modality_dropout above 0 to predict without it")
    }

    private func checkFlags(_ name: String, shape: [Int]) throws {
        guard let entry = file.entries[name] else { return }
        guard Self.fits(entry.shape[...], shape) else {
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "is \(entry.dtype.rawValue) \(entry.shape); expected BOOL or U8 \(shape)")
        }
    }
}
