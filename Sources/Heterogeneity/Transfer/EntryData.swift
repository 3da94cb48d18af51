import Foundation
import HighMMT
import Multimodal
import Torch
import Training

/// The samples of one entry, in memory, and what a predictor of them looks like.
struct EntryData: Sendable {
    /// Some samples of a split.
    struct Samples: Sendable {
        /// Which rows of the split, in order.
        var rows: [Int]
        var streams: [String: StreamInput]
        var target: Tensor

        var count: Int { rows.count }

        /// The first of them.
        func first(_ count: Int) throws -> Samples {
            guard count < self.count else { return self }
            var few = self
            few.rows = Array(rows.prefix(count))
            few.streams = try streams.mapValues { stream in
                StreamInput(
                    data: try stream.data.narrowed(axis: 0, start: 0, length: count),
                    mask: try stream.mask.map { try $0.narrowed(axis: 0, start: 0, length: count) })
            }
            few.target = try target.narrowed(axis: 0, start: 0, length: count)
            return few
        }

        /// The given samples as a batch.
        func batch(_ rows: [Int]) throws -> (input: TaskInput, target: Tensor) {
            let streams = try streams.mapValues { stream in
                StreamInput(
                    data: try stream.data.selected(axis: 0, rows),
                    mask: try stream.mask.map { try $0.selected(axis: 0, rows) })
            }
            return (TaskInput(count: rows.count, streams: streams), try target.selected(axis: 0, rows))
        }
    }

    let entry: TransferEntry
    let shape: TaskShape
    let objective: TaskObjective
    private(set) var train: Samples
    let valid: Samples
    /// Rows per step.
    let batch: Int
    /// Loss of predicting the label frequencies (or the mean) of the training samples, for every validation sample.
    let chanceLosses: [Double]

    /// Reads the samples of an entry: those that have all of its modalities, at most as many as the budget says.
    ///
    /// - Throws: ``HeterogeneityError`` when a split has too few; what reading throws.
    init(_ entry: TransferEntry, of task: OpenedTask, shape: TaskShape, budget: TransferBudget) throws {
        self.entry = entry
        var shape = shape
        shape.modalities = shape.modalities.filter { entry.modalities.contains($0.name) }
        self.shape = shape
        objective = try TaskObjective(task)
        batch = task.batch
        train = try EntryData.read(entry, task, .train, most: budget.samples)
        valid = try EntryData.read(entry, task, .valid, most: budget.validationSamples ?? budget.samples)
        chanceLosses = try EntryData.chance(objective, outputs: shape.outputs, train: train, valid: valid)
    }

    /// The same with the first training samples only, as many as a target may learn from. What chance costs stays the same.
    func target(_ budget: TransferBudget) throws -> EntryData {
        var few = self
        few.train = try train.first(budget.targetSamples ?? train.count)
        return few
    }

    /// Steps of an epoch.
    func steps(_ budget: TransferBudget) -> Int {
        max(budget.leastSteps, (train.count + batch - 1) / batch)
    }

    /// A number that grows with the time of a step, to tell how much work is left before any time is known.
    var work: Double {
        let tokens = train.streams.values.reduce(0.0) { sum, stream in
            let shape = stream.data.shape
            return sum + Double(shape.dropFirst().dropLast().reduce(1, *)) * Double(40 + (shape.last ?? 0))
        }
        let streams = Double(entry.modalities.count)
        return Double(batch) * (20_000 * streams * streams + tokens)
    }

    private static func read(_ entry: TransferEntry, _ task: OpenedTask, _ split: Split, most: Int) throws -> Samples {
        let reader = BatchReader(task, split: split)
        let order = BatchOrder(rows: reader.rows, batch: reader.rows, seed: 0, purpose: "heterogeneity/\(task.name)")
        var chosen: [Batch] = []
        var count = 0
        let rows = order.shuffled(epoch: split == .train ? 0 : 1).first ?? []
        for start in stride(from: 0, to: rows.count, by: 256) where count < most {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            let complete = batch.rows.indices.filter { row in
                entry.modalities.allSatisfy { batch.present[$0]?[row] ?? true }
            }
            let wanted = Array(complete.prefix(most - count))
            guard !wanted.isEmpty else { continue }
            chosen.append(try batch.selected(wanted, modalities: entry.modalities))
            count += wanted.count
        }
        guard count >= 4 else {
            throw HeterogeneityError(
                "\(entry): \(count) rows of \(task.dataset.folder)/\(split.fileName) have all its modalities; "
                    + "expected at least 4")
        }
        let streams = try entry.modalities.map { name in
            let data = try Tensor.concatenated(chosen.compactMap { $0.inputs[name] }, axis: 0)
            let masks = chosen.compactMap { $0.masks[name] }
            let mask = try masks.isEmpty ? nil : Tensor.concatenated(masks, axis: 0)
            return (name, StreamInput(data: data, mask: mask))
        }
        return Samples(
            rows: chosen.flatMap(\.rows), streams: Dictionary(uniqueKeysWithValues: streams),
            target: try Tensor.concatenated(chosen.map(\.target), axis: 0))
    }

    private static func chance(
        _ objective: TaskObjective, outputs: Int, train: Samples, valid: Samples
    ) throws -> [Double] {
        let constant: [Float]
        // Half a sample is added to every class: one that the training samples lack would cost infinitely much.
        switch objective.kind {
        case .classification:
            var counts = [Double](repeating: 0.5, count: outputs)
            for label in try train.target.integers() where counts.indices.contains(Int(label)) {
                counts[Int(label)] += 1
            }
            constant = counts.map { Float(log($0)) }
        case .multilabel:
            let shares = try train.target.mean(axes: [0]).doubles()
            constant = shares.map { share in
                let positive = share * Double(train.count) + 0.5
                return Float(log(positive / (Double(train.count) + 1 - positive)))
            }
        case .regression:
            let standardised = try objective.standardised(train.target)
            constant = try standardised.mean(axes: [0]).floats()
        }
        let row = try Tensor(constant, shape: [1, outputs])
        return try objective.sampleLosses(row.expanded([valid.count, outputs]), valid.target).doubles()
    }
}

extension Batch {
    fileprivate func selected(_ positions: [Int], modalities: [String]) throws -> Batch {
        var batch = self
        batch.rows = positions.map { rows[$0] }
        batch.inputs = try inputs.filter { modalities.contains($0.key) }
            .mapValues { try $0.selected(axis: 0, positions) }
        batch.masks = try masks.filter { modalities.contains($0.key) }
            .mapValues { try $0.selected(axis: 0, positions) }
        batch.present = [:]
        batch.target = try target.selected(axis: 0, positions)
        return batch
    }
}

extension EntryData {
    /// Nats in one unit of the objective's loss. Half the squared error of a standardised number is the negative
    /// log-likelihood of a normal variable of unit variance, up to a constant that differences do not see.
    var lossInNats: Double { objective.kind == .regression ? 0.5 : 1 }

    /// The mean loss of predicting the label frequencies, or the mean.
    var chanceLoss: Double { max(chanceLosses.reduce(0, +) / Double(max(1, chanceLosses.count)), 1e-12) }

    /// Predictions as few values that can be counted: classes as they are, the first of several numbers by quarters of its
    /// range of ranks; nothing for labels, which are not one value.
    func discretised(_ predicted: [Double]) -> [Int]? {
        switch objective.kind {
        case .classification: predicted.map { Int($0) }
        case .multilabel: nil
        case .regression: EntryData.quarters(predicted)
        }
    }

    /// The validation targets as few values that can be counted.
    func discreteTargets() throws -> [Int]? {
        switch objective.kind {
        case .classification: try valid.target.integers().map { Int($0) }
        case .multilabel: nil
        case .regression: EntryData.quarters(try valid.target.narrowed(axis: 1, start: 0, length: 1).doubles())
        }
    }

    private static func quarters(_ values: [Double]) -> [Int] {
        let sorted = values.sorted()
        let limits = [1, 2, 3].map { sorted.isEmpty ? 0 : sorted[min(sorted.count * $0 / 4, sorted.count - 1)] }
        return values.map { value in limits.filter { value >= $0 }.count }
    }
}
