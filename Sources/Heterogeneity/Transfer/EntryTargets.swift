import Foundation
import Multimodal
import Torch
import Training

/// The samples on which an entry is measured, with their targets but without inputs. They suffice
/// to compute matrices from finished trainings.
struct EntryTargets: Sendable {
    /// Samples of a split.
    struct Samples: Sendable {
        /// The rows of the split, in order.
        let rows: [Int]
        /// The targets of the samples.
        let target: Tensor

        var count: Int { rows.count }
    }

    let entry: TransferEntry
    let objective: TaskObjective
    /// The number of outputs of a predictor per sample.
    let outputs: Int
    /// The samples on which sources are trained.
    let train: Samples
    /// The samples on which losses are measured.
    let valid: Samples
    /// The loss of predicting the label frequencies (or the mean) of the training samples, for
    /// every validation sample.
    let chanceLosses: [Double]

    /// Chooses the samples of an entry. They have all of its modalities, and the budget limits
    /// their number.
    ///
    /// - Throws: ``HeterogeneityError`` when a split has too few such samples; `DatasetError` or
    ///   `SafetensorsError` that names the file when a split cannot be read.
    init(_ entry: TransferEntry, of task: OpenedTask, budget: TransferBudget) throws {
        self.entry = entry
        objective = try TaskObjective(task)
        outputs = task.target.outputs
        train = try Self.choose(entry, task, .train, limit: budget.samples)
        valid = try Self.choose(entry, task, .valid, limit: budget.validationSamples ?? budget.samples)
        chanceLosses = try Self.chance(objective, outputs: outputs, train: train, valid: valid)
    }

    /// The number of nats per unit of the objective's loss. For a standardised value, half the
    /// squared error is the negative log-likelihood under a unit-variance normal distribution, up
    /// to a constant that cancels in differences.
    var lossInNats: Double { objective.kind == .regression ? 0.5 : 1 }

    /// The mean loss of predicting the label frequencies (or the mean).
    var chanceLoss: Double { max(chanceLosses.reduce(0, +) / Double(max(1, chanceLosses.count)), 1e-12) }

    /// Returns discrete predictions that can be counted: classes as they are, or the quartile of
    /// the first regression value; `nil` for labels, which have no single value.
    func discretised(_ predicted: [Double]) -> [Int]? {
        switch objective.kind {
        case .classification: predicted.map { Int($0) }
        case .multilabel: nil
        case .regression: Self.quarters(predicted)
        }
    }

    /// Returns the validation targets as discrete values, as ``discretised(_:)`` does; `nil` for
    /// labels.
    func discreteTargets() throws -> [Int]? {
        switch objective.kind {
        case .classification: try valid.target.integers().map { Int($0) }
        case .multilabel: nil
        case .regression: Self.quarters(try valid.target.narrowed(axis: 1, start: 0, length: 1).doubles())
        }
    }

    private static func choose(
        _ entry: TransferEntry, _ task: OpenedTask, _ split: Split, limit: Int
    ) throws -> Samples {
        let reader = BatchReader(task, split: split)
        let order = BatchOrder(rows: reader.rows, batch: reader.rows, seed: 0, purpose: "heterogeneity/\(task.name)")
        let rows = order.shuffled(epoch: split == .train ? 0 : 1).first ?? []
        var chosen: [Int] = []
        for start in stride(from: 0, to: rows.count, by: 256) where chosen.count < limit {
            let part = Array(rows[start..<min(start + 256, rows.count)])
            let present = try entry.modalities.compactMap { try reader.presence(of: $0, part) }
            let complete = part.indices.filter { row in present.allSatisfy { $0[row] } }
            chosen += complete.prefix(limit - chosen.count).map { part[$0] }
        }
        guard chosen.count >= 4 else {
            throw HeterogeneityError(
                "\(entry): \(chosen.count) rows of \(task.dataset.folder)/\(split.fileName) have all its modalities; "
                    + "expected at least 4")
        }
        return Samples(rows: chosen, target: try reader.target(chosen))
    }

    /// Returns the values of each output that are known: a row may lack some.
    private static func known(_ target: Tensor, _ outputs: Int) throws -> [[Double]] {
        let values = try target.doubles()
        return (0..<outputs).map { place in
            stride(from: place, to: values.count, by: outputs).map { values[$0] }.filter(\.isFinite)
        }
    }

    private static func chance(
        _ objective: TaskObjective, outputs: Int, train: Samples, valid: Samples
    ) throws -> [Double] {
        let constant: [Float]
        // Half a sample is added to every class. Without it, a class missing from the training
        // samples would have infinite loss.
        switch objective.kind {
        case .classification:
            var counts = [Double](repeating: 0.5, count: outputs)
            for label in try train.target.integers() where counts.indices.contains(Int(label)) {
                counts[Int(label)] += 1
            }
            constant = counts.map { Float(log($0)) }
        case .multilabel:
            constant = try known(train.target, outputs).map { labels in
                let positive = labels.reduce(0, +) + 0.5
                return Float(log(positive / (Double(labels.count) + 1 - positive)))
            }
        case .regression:
            constant = try known(objective.standardised(train.target), outputs).map { numbers in
                Float(numbers.reduce(0, +) / Double(max(1, numbers.count)))
            }
        }
        let row = try Tensor(constant, shape: [1, outputs])
        return try objective.sampleLosses(row.expanded([valid.count, outputs]), valid.target).doubles()
    }

    private static func quarters(_ values: [Double]) -> [Int] {
        let sorted = values.sorted()
        let limits = [1, 2, 3].map { sorted.isEmpty ? 0 : sorted[min(sorted.count * $0 / 4, sorted.count - 1)] }
        return values.map { value in limits.filter { value >= $0 }.count }
    }
}
