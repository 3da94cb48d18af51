import HighMMT
import Multimodal
import Torch

extension Predictor {
    /// Predicts samples in raw units, in order.
    ///
    /// A sample gets no prediction but a problem if it has no modality, or lacks one that no
    /// training sample lacked.
    ///
    /// - Parameters:
    ///   - count: The number of samples.
    ///   - batch: The number of samples per forward pass.
    ///   - sample: Returns a sample, encoded as those of the dataset.
    ///   - deliver: Receives each prediction.
    /// - Throws: ``RunError`` for a modality of another size than the model reads; `TorchError`
    ///   when memory runs out; the errors of `sample` and `deliver`.
    public func predict(
        count: Int, batch: Int, sample: (Int) throws -> Sample, _ deliver: (Prediction) throws -> Void
    ) throws {
        try batches(count: count, size: batch, sample: sample) { first, input, problems in
            for (row, outputs) in try outputs(of: input).enumerated() {
                let problem = problems[row]
                try deliver(
                    problem == nil
                        ? prediction(row: first + row, outputs) : Prediction(row: first + row, problem: problem))
            }
        }
    }

    /// Encodes samples in batches, as the model reads them.
    ///
    /// - Parameter body: Receives the row of the first sample, the batch, and the reason why each
    ///   sample has no answer.
    func batches(
        count: Int, size: Int, sample: (Int) throws -> Sample, _ body: (Int, TaskInput, [String?]) throws -> Void
    ) throws {
        for start in stride(from: 0, to: count, by: size) {
            let samples = try (start..<min(start + size, count)).map(sample)
            let problems = samples.map(problem)
            try body(start, input(samples, problems), problems)
        }
    }

    /// Returns the modalities of a sample with values far outside the training range.
    public func farModalities(of sample: Sample) -> [String] {
        modalities.filter { name in
            guard var values = sample.inputs[name], let range = record.ranges?[name] else { return false }
            standardise(&values, name, valid: sample.valid[name])
            return range.isFar(values, valid: sample.valid[name])
        }
    }

    /// Standardises the values of a sample as the dataset was, with zeros in invalid tokens.
    private func standardise(_ values: inout [Float], _ modality: String, valid: [Bool]?) {
        guard let statistics = statistics[modality], !statistics.mean.isEmpty else { return }
        statistics.standardise(&values)
        guard let valid else { return }
        let channels = values.count / max(1, valid.count)
        for token in valid.indices where !valid[token] {
            for place in token * channels..<(token + 1) * channels { values[place] = 0 }
        }
    }

    private func problem(_ sample: Sample) -> String? {
        let missing = modalities.filter { sample.inputs[$0] == nil }
        if missing.count == modalities.count { return "has no modality of the task" }
        guard let learned = record.absentable, let first = missing.first(where: { !learned.contains($0) }) else {
            return nil
        }
        return "lacks \(first), which no training sample lacked; train with training.modality_dropout above 0"
    }

    private func input(_ samples: [Sample], _ problems: [String?]) throws -> TaskInput {
        var streams: [String: StreamInput] = [:]
        for modality in task.modalities {
            let stream = try stream(modality.name, samples, problems)
            streams[modality.name] = try encoded(stream, modality.name)
        }
        return TaskInput(count: samples.count, streams: streams)
    }

    /// Returns a modality of some samples. Samples with a problem have zeros in all of them, which
    /// the model can read.
    private func stream(_ name: String, _ samples: [Sample], _ problems: [String?]) throws -> StreamInput {
        let axes = record.axes[name] ?? []
        let shape = task.modalities.first { $0.name == name }
        let channels = record.encodings?[name]?.channels ?? shape?.channels ?? 1
        let tokens = axes.reduce(1, *)
        var values: [Float] = []
        values.reserveCapacity(samples.count * tokens * channels)
        for sample in samples {
            var own = sample.inputs[name] ?? Array(repeating: 0, count: tokens * channels)
            guard own.count == tokens * channels else {
                throw RunError(
                    "'\(name)' has \(own.count) numbers per sample; the model reads \(axes + [channels]), "
                        + "so it was trained on another encoding")
            }
            if sample.inputs[name] != nil { standardise(&own, name, valid: sample.valid[name]) }
            values.append(contentsOf: own)
        }
        var stream = StreamInput(data: try Tensor(values, shape: [samples.count] + axes + [channels]))
        if samples.contains(where: { $0.valid[name] != nil }) {
            let flags = zip(samples, problems).flatMap { sample, problem in
                sample.valid[name] ?? Array(repeating: sample.inputs[name] != nil || problem != nil, count: tokens)
            }
            stream.mask = try Tensor(flags, shape: [samples.count] + axes)
        }
        stream.present = zip(samples, problems).map { $0.inputs[name] != nil || $1 != nil }
        return stream
    }
}
