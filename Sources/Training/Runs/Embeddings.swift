import HighMMT
import Multimodal
import Torch

/// The representations that a model computes for some samples of a task.
///
/// The tensors are named and shaped as follows, with n latents of width d:
/// - `latents/MODALITY`, `[samples, n, d]`: the latents after the encoder.
/// - `pairs/QUERY/CONTEXT`, `[samples, d]`: the result of an ordered pair of modalities, which is
///   one slot of the head. If the context is missing, it is the last latent of the query plus the
///   placeholder; if the query is missing, it is the placeholder.
/// - `task`, `[samples, slots · width]`: the input of the task's head before normalisation. It is
///   all pairs in order; with a single modality, its latents.
///
/// Latents of a modality that a sample lacks are NaN. All values of a sample with a problem are
/// NaN.
public struct Embeddings: Sendable {
    /// The row of the first sample in its file, counted from 0.
    public var first: Int
    /// The number of samples.
    public var count: Int
    /// Name → values, row-major.
    public var values: [String: [Float]]
    /// Modality → true for each sample that has it.
    public var present: [String: [Bool]]
    /// The reason why each sample has no embedding; `nil` for those that have one.
    public var problems: [String?]
}

extension Predictor {
    /// The shapes of the embeddings of one sample, by name.
    public var embeddingShapes: [String: [Int]] {
        let (latents, width) = (sizes.latents, sizes.width)
        var shapes = Dictionary(
            uniqueKeysWithValues: task.modalities.map { ("latents/\($0.name)", [latents, width]) })
        guard task.modalities.count > 1 else { return shapes.merging(["task": [latents * width]]) { $1 } }
        for pair in task.pairs { shapes[Self.name(of: pair)] = [width] }
        shapes["task"] = [task.pairs.count * width]
        return shapes
    }

    /// The sizes of the model; the default ones for prior methods, which have no embeddings.
    private var sizes: ModelConfiguration { (model as? HighMMTModel)?.configuration ?? ModelConfiguration() }

    private static func name(of pair: StreamPair) -> String { "pairs/\(pair.query.modality)/\(pair.context.modality)" }

    /// Returns the embeddings of a batch.
    func embeddings(of input: TaskInput, first: Int, problems: [String?]) throws -> Embeddings {
        let output = try withoutGradients {
            try model.forward(
                [task.name: input], dropout: nil, latentDropout: nil, headsOnly: true)
        }
        let isSound = problems.map { $0 == nil }
        var result = Embeddings(first: first, count: input.count, values: [:], present: [:], problems: problems)
        for modality in task.modalities {
            let own = input.streams[modality.name]
            let read = own.map { $0.present ?? Array(repeating: true, count: input.count) }
            let encoded = read ?? Array(repeating: false, count: input.count)
            let stream = ModalityStream(task: task.name, modality: modality.name)
            let latents = try output.latents[stream]?.tensor().floats() ?? []
            result.present[modality.name] = zip(encoded, isSound).map { $0 && $1 }
            result.values["latents/\(modality.name)"] = scattered(latents, encoded, isSound)
        }
        guard let features = output.features[task.name] else { return result }
        let everything = [Bool](repeating: true, count: input.count)
        result.values["task"] = scattered(try features.floats(), everything, isSound)
        guard task.modalities.count > 1 else { return result }
        let width = sizes.width
        for (index, pair) in task.pairs.enumerated() {
            let slot = try features.narrowed(axis: 1, start: index * width, length: width)
            result.values[Self.name(of: pair)] = scattered(try slot.floats(), everything, isSound)
        }
        return result
    }

    /// Returns a row for every sample: those computed, and NaN for the others.
    ///
    /// - Parameters:
    ///   - rows: The rows of the samples that the model read.
    ///   - read: True for those samples.
    ///   - isSound: True for samples without a problem.
    private func scattered(_ rows: [Float], _ read: [Bool], _ isSound: [Bool]) -> [Float] {
        let count = read.count { $0 }
        let width = count > 0 ? rows.count / count : sizes.latents * sizes.width
        var result = [Float](repeating: .nan, count: read.count * width)
        var place = 0
        for sample in read.indices where read[sample] {
            if isSound[sample] {
                result.replaceSubrange(
                    sample * width..<(sample + 1) * width, with: rows[place * width..<(place + 1) * width])
            }
            place += 1
        }
        return result
    }
}
