import Heterogeneity
import HighMMT
import Multimodal
import Numerics
import Torch
import Training

/// Measures how well the features of each group of a source model predict new tasks, without any
/// training of the source.
struct GroupProbe {
    /// The largest number of rows, evenly spaced, and the number of folds.
    private static let (mostRows, folds) = (512, 5)

    let suite: Suite
    let tasks: [OpenedTask]
    let source: SourceModel

    /// Returns group → stream → mean squared error on held-out rows.
    ///
    /// The features of a stream are its latents. Rows that lack the modality are left out.
    func streamLosses(_ groups: [Int], streams: [String]) throws -> [Int: [String: Double]] {
        guard groups.count > 1, !streams.isEmpty else { return [:] }
        return try groups.reduce(into: [:]) { losses, group in
            let sharing = Sharing(
                encoders: Dictionary(uniqueKeysWithValues: allStreams.map { ($0, group) }), crossmodal: firstBlocks)
            let model = try model(sharing)
            for task in tasks {
                let samples = try samples(of: task, model)
                for modality in task.modalities where streams.contains(task.stream(modality)) {
                    let stream = ModalityStream(task: task.name, modality: modality)
                    losses[group, default: [:]][task.stream(modality)] = try samples.loss { output in
                        try output.latents[stream].map { (try $0.tensor().reshaped([$0.count, -1]), modality) }
                    }
                }
            }
        }
    }

    /// Returns group → pair → mean squared error on held-out rows.
    ///
    /// The features of a pair are those that the head of its task reads, of both directions.
    ///
    /// - Parameter encoders: The groups of the streams.
    func pairLosses(
        _ groups: [Int], pairs: [String], encoders: [String: Int]
    ) throws -> [Int: [String: Double]] {
        guard groups.count > 1, !pairs.isEmpty else { return [:] }
        return try groups.reduce(into: [:]) { losses, group in
            let shapes = suite.taskShapes(of: tasks)
            let names = Set(shapes.flatMap { $0.pairs.map(\.description) })
            let model = try model(
                Sharing(encoders: encoders, crossmodal: Dictionary(uniqueKeysWithValues: names.map { ($0, group) })))
            for task in tasks {
                guard let shape = shapes.first(where: { $0.name == task.name }) else { continue }
                let samples = try samples(of: task, model)
                for name in Set(shape.pairs.map(\.description)) where pairs.contains(name) {
                    let slots = shape.pairs.indices.filter { shape.pairs[$0].description == name }
                    let width = source.settings.width
                    losses[group, default: [:]][name] = try samples.loss { output in
                        try output.features[task.name].map { features in
                            let parts = try slots.map { slot in
                                try features.narrowed(axis: 1, start: slot * width, length: width)
                            }
                            return (try Tensor.concatenated(parts, axis: 1), nil)
                        }
                    }
                }
            }
        }
    }

    private var allStreams: [String] { tasks.flatMap { task in task.modalities.map(task.stream) } }

    /// A group of pairs for the probes of streams, which do not read pairs.
    private var firstBlocks: [String: Int] {
        let names = Set(suite.taskShapes(of: tasks).flatMap { $0.pairs.map(\.description) })
        return Dictionary(uniqueKeysWithValues: names.map { ($0, source.crossmodalGroups.first ?? 0) })
    }

    /// Returns the model of the new tasks with the parameters of the source.
    private func model(_ sharing: Sharing) throws -> HighMMTModel {
        let sized = source.sized(suite, for: tasks, sharing: sharing)
        var configuration = sized.modelConfiguration(for: sized.taskShapes(of: tasks))
        configuration.learnsPlaceholders = tasks.contains(where: \.mayLackModalities)
        let model = try HighMMTModel(
            configuration, tasks: sized.taskShapes(of: tasks), sharing: sharing, seed: suite.seed,
            device: source.model.parameters.device)
        try model.parameters.load(TransferredStart(of: model, from: source.model).values, complete: false)
        return model
    }

    private func samples(of task: OpenedTask, _ model: HighMMTModel) throws -> ProbedSamples {
        let reader = BatchReader(task, split: .train)
        let rows = reader.evenlySpacedRows(atMost: Self.mostRows)
        return try ProbedSamples(task, rows: rows, model: model, folds: Self.folds)
    }
}

/// The outputs of a model for training rows of a task, and the targets as numbers.
private struct ProbedSamples {
    private let outputs: [(batch: Batch, output: ModelOutput)]
    private let targets: Tensor
    private let folds: Int

    init(_ task: OpenedTask, rows: [Int], model: HighMMTModel, folds: Int) throws {
        let reader = BatchReader(task, split: .train)
        let device = model.parameters.device
        outputs = try withoutGradients {
            try stride(from: 0, to: rows.count, by: 64).compactMap { start in
                let batch = try reader.batch(Array(rows[start..<min(start + 64, rows.count)]))
                let isEmpty = task.modalities.allSatisfy { !(batch.present[$0]?.contains(true) ?? true) }
                return isEmpty ? nil : (batch, try model.forward([task.name: TaskInput(batch, device: device)]))
            }
        }
        let objective = try TaskObjective(task)
        targets = try Tensor.concatenated(
            outputs.map { try objective.numbers($0.batch.target, outputs: task.target.outputs) }, axis: 0)
        self.folds = folds
    }

    /// Returns the mean squared error of the best penalty on rows that were not fitted; `nil` with
    /// fewer than four rows.
    ///
    /// - Parameter read: Returns the features of a batch, with the modality whose absent rows they
    ///   leave out; `nil` when they have all rows.
    func loss(
        _ read: (ModelOutput) throws -> (features: Tensor, modality: String?)?
    ) throws -> Double? {
        var (parts, rows, offset): ([Tensor], [Int], Int) = ([], [], 0)
        for (batch, output) in outputs {
            defer { offset += batch.count }
            guard let (features, modality) = try read(output) else { continue }
            let present = modality.flatMap { batch.present[$0] }
            parts.append(try features.to(device: .cpu))
            rows += (0..<batch.count).filter { present?[$0] ?? true }.map { $0 + offset }
        }
        guard rows.count >= 4 else { return nil }
        let features = try Tensor.concatenated(parts, axis: 0)
        let known = try targets.selected(axis: 0, rows)
        // Files may be sorted by class, or repeat the classes in turn.
        var random = RandomSource(seed: 0, purpose: "folds of probes")
        let order = rows.indices.shuffled(using: &random)
        var sums: [Double] = []
        for fold in 0..<min(folds, rows.count) {
            let held = order.indices.filter { $0 % folds == fold }.map { order[$0] }
            let used = order.indices.filter { $0 % folds != fold }.map { order[$0] }
            let losses = try RidgeProbe.losses(
                ofPenalties: (try features.selected(axis: 0, used), try known.selected(axis: 0, used)),
                valid: (try features.selected(axis: 0, held), try known.selected(axis: 0, held))
            ).map { $0.reduce(0, +) }
            sums = sums.isEmpty ? losses : zip(sums, losses).map(+)
        }
        return sums.min().map { $0 / Double(rows.count) }
    }
}
