import Foundation
import Heterogeneity
import HighMMT
import Multimodal
import Torch
import Training

/// The distances between streams, and between pairs, in the latent space of an encoder.
struct FeatureDistances {
    /// The Euclidean distances between the mean latents of streams. `nil` for a suite with one
    /// stream.
    let modalities: HeterogeneityMatrix?
    /// The Euclidean distances between pairs, each represented by the mean of both streams' mean
    /// latents. `nil` for a suite with fewer than two pairs.
    let interactions: HeterogeneityMatrix?

    /// Encodes evenly spaced training samples of every task.
    ///
    /// - Throws: An error naming the file when a dataset cannot be read; `ModelError` when a batch
    ///   does not fit the model.
    init(_ model: HighMMTModel, tasks: [OpenedTask], samples: Int = 128) throws {
        var means: [String: [Double]] = [:]
        for task in tasks {
            let reader = BatchReader(task, split: .train)
            let batch = try reader.batch(reader.evenlySpacedRows(atMost: samples))
            let input = try TaskInput(batch, device: model.parameters.device)
            let latents = try withoutGradients { try model.forward([task.name: input]).latents }
            for (stream, values) in latents {
                means[stream.description] = try values.tensor().mean(axes: [0]).reshaped([-1]).doubles()
            }
        }
        func matrix(_ entries: [TransferEntry]) throws -> HeterogeneityMatrix? {
            guard entries.count >= 2 else { return nil }
            let vectors = entries.map { entry in
                entry.modalities.map { means["\(entry.task)/\($0)"] ?? [] }.reduce(into: [Double]()) { sum, vector in
                    sum = sum.isEmpty ? vector : zip(sum, vector).map(+)
                }.map { $0 / Double(entry.modalities.count) }
            }
            var values = SquareMatrix(count: entries.count, repeating: 0.0)
            for pair in EntryPair.all(of: entries.count) {
                let squares = zip(vectors[pair.first], vectors[pair.second]).reduce(0) {
                    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
                }
                (values[pair.first, pair.second], values[pair.second, pair.first]) =
                    (squares.squareRoot(), squares.squareRoot())
            }
            return try HeterogeneityMatrix(names: entries.map(\.description), values: values)
        }
        modalities = try matrix(TransferEntry.streams(of: tasks))
        interactions = try matrix(TransferEntry.pairs(of: tasks))
    }
}
