import HighMMT
import Multimodal
import Numerics
import Torch

/// The fit of the summary path of a task to its training rows.
///
/// The penalty is the one with the least loss on rows that were not fitted: the validation rows
/// and, where they are few, folds of the training rows.
struct SummaryFit {
    private static let folds = 5
    /// The largest number of rows to fit to and to choose by, evenly spaced.
    private static let (mostRows, mostValidationRows) = (6000, 4000)
    /// The number of validation rows from which the penalty is chosen by them alone.
    private static let enoughValidationRows = 500

    /// Parameter path → value of the summary path.
    let parameters: [String: Tensor]
    /// The chosen penalty.
    let penalty: Double

    /// The fits of all penalties to features with the given scale, and their losses on other rows.
    private struct Trial {
        let scale: Tensor
        let fits: [LinearOutputs]
        /// The losses on validation rows and folds.
        let losses: [Double]
        /// The losses on validation rows alone.
        let validLosses: [Double]

        /// The number of the best fit.
        var best: Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }
    }

    /// The fit ended on request.
    struct Stopped: Error {}

    /// Fits the summary path of a task.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - shape: The shape of the task, with summaries.
    ///   - objective: The objective of the task.
    ///   - rows: The training rows to use.
    ///   - shouldStop: Returns true to stop; called before each part of the work.
    /// - Throws: ``Stopped`` on request; `DatasetError` or `SafetensorsError` that names the file
    ///   when a split cannot be read.
    init(
        _ task: OpenedTask, shape: TaskShape, objective: TaskObjective, rows: [Int], shouldStop: () -> Bool = { false }
    ) throws {
        let reader = BatchReader(task, split: .train)
        let used = Self.spaced(rows.count, most: Self.mostRows).map { rows[$0] }
        let bounds = try Self.bounds(reader, used, shape)
        let train = try SummarySamples(reader, used, shape, objective, bounds: bounds)
        let validReader = BatchReader(task, split: .valid)
        let valid = try SummarySamples(
            validReader, Self.spaced(validReader.rows, most: Self.mostValidationRows), shape, objective,
            bounds: bounds)
        let groups = try Self.groups(of: task)
        let fold = used.map { Self.fold(of: groups?[reader.storedRow($0)] ?? $0) }

        let statistics = try train.statistics()
        let choices = try SummarySamples.choices(of: shape)
        let trials = try choices.map { choice in
            try Self.trial(
                statistics.mean, statistics.scale * choice.flags, train, valid, fold, objective, shouldStop)
        }
        // Of two equal losses the one of fewer features.
        let best = trials.indices.dropFirst().reduce(0) { best, index in
            let (own, other) = (trials[index], trials[best])
            guard own.losses[own.best] < other.losses[other.best] else { return best }
            // Folds of rows that resemble each other favour many features; validation rows may not.
            let isSafe = !choices[index].isAdditive || own.validLosses[own.best] <= other.validLosses[other.best]
            return isSafe ? index : best
        }
        let chosen = trials[best]
        penalty = LinearOutputs.penalties[chosen.best]
        parameters = try Self.parameters(chosen.fits[chosen.best], statistics.mean, chosen.scale, shape)
            .merging(bounds.map { ("summary.\(shape.name).\($0.key).bounds", $0.value) }) { $1 }
    }

    private static func trial(
        _ mean: Tensor, _ scale: Tensor, _ train: SummarySamples, _ valid: SummarySamples, _ fold: [Int],
        _ objective: TaskObjective, _ shouldStop: () -> Bool
    ) throws -> Trial {
        let all = try train.standardised(mean, scale)
        let basis = try PrincipalBasis(all)
        func fits(_ rows: [Int]?) throws -> [LinearOutputs] {
            if shouldStop() { throw Stopped() }
            return try LinearOutputs.fits(
                rows.map { try all.selected(axis: 0, $0) } ?? all,
                rows.map { try train.targets.selected(axis: 0, $0) } ?? train.targets, kind: objective.kind,
                penalties: LinearOutputs.penalties, in: basis, of: fold.count)
        }
        /// The summed losses of every fit.
        func losses(_ fits: [LinearOutputs], _ features: Tensor, _ truths: Tensor) throws -> [Double] {
            let count = Double(try features.size(0))
            guard count > 0 else { return fits.map { _ in 0 } }
            return try fits.map {
                try objective.loss($0.outputs(features).to(dtype: .float32), truths).item() * count
            }
        }
        let full = try fits(nil)
        let validLosses = try losses(full, valid.standardised(mean, scale), valid.truths)
        var total = validLosses
        if valid.count < enoughValidationRows {
            for number in 0..<folds {
                let (inside, outside) = (
                    fold.indices.filter { fold[$0] == number }, fold.indices.filter { fold[$0] != number }
                )
                guard !inside.isEmpty, outside.count > 1 else { continue }
                let held = try losses(
                    fits(outside), all.selected(axis: 0, inside), train.truths.selected(axis: 0, inside))
                total = zip(total, held).map(+)
            }
        }
        return Trial(scale: scale, fits: full, losses: total, validLosses: validLosses)
    }

    /// Returns the bounds of the intervals of each modality: quantiles of the rows that have it.
    private static func bounds(_ reader: BatchReader, _ rows: [Int], _ shape: TaskShape) throws -> [String: Tensor] {
        var samples = Dictionary(
            uniqueKeysWithValues: shape.summaryShapes.compactMap { entry in
                entry.shape.pieces.map { (entry.name, [[Float]](repeating: [], count: $0.statistics)) }
            })
        guard !samples.isEmpty else { return [:] }
        for start in stride(from: 0, to: rows.count, by: 256) {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            let input = try TaskInput(batch, device: .cpu)
            for (name, summary) in shape.summaryShapes {
                guard let stream = input.streams[name], let statistics = summary.pieces?.statistics else { continue }
                let numbers = try SummaryFeatures.of(stream, summary).floats()
                for row in 0..<batch.count where batch.present[name]?[row] ?? true {
                    for index in 0..<statistics { samples[name]?[index].append(numbers[row * summary.width + index]) }
                }
            }
        }
        return try shape.summaryShapes.reduce(into: [:]) { bounds, entry in
            guard let own = samples[entry.name], let intervals = entry.shape.pieces?.intervals else { return }
            bounds[entry.name] = try PiecewiseFeatures.bounds(of: own.map { $0.sorted() }, intervals: intervals)
        }
    }

    /// Returns at most `most` of the numbers below `count`, evenly spaced.
    private static func spaced(_ count: Int, most: Int) -> [Int] {
        let number = min(count, most)
        return (0..<number).map { $0 * count / number }
    }

    /// Returns the group of every training row, where every group is in one split only; a fold must
    /// not contain a part of a group.
    private static func groups(of task: OpenedTask) throws -> [Int]? {
        let names = (task.dataset.description.groups ?? [:]).filter { $0.value.disjoint }.keys.sorted()
        guard let name = names.first else { return nil }
        let groups = try task.dataset.train.file.tensor(named: "group/\(name)").integers().map { Int($0) }
        return Set(groups).count >= 2 * folds ? groups : nil
    }

    private static func fold(of number: Int) -> Int {
        var random = RandomSource(seed: UInt64(number), purpose: "summary fold")
        return Int(random.next() % UInt64(folds))
    }

    /// Returns the parameters of the path. The absence columns become constants.
    private static func parameters(
        _ map: LinearOutputs, _ mean: Tensor, _ scale: Tensor, _ shape: TaskShape
    ) throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        let weights = try map.slopes.transposed(0, 1)
        var bias = try map.intercepts.reshaped([shape.outputs])
        let shapes = shape.summaryShapes
        var offset = 0
        let total = shapes.reduce(0) { $0 + $1.shape.featureCount }
        for (index, entry) in shapes.enumerated() {
            let width = entry.shape.featureCount
            let path = "summary.\(shape.name).\(entry.name)"
            func cut(_ tensor: Tensor, _ start: Int, _ length: Int) throws -> Tensor {
                try tensor.narrowed(axis: 1, start: start, length: length).contiguous()
            }
            result["\(path).mean"] = try cut(mean, offset, width).reshaped([width])
            result["\(path).scale"] = try cut(scale, offset, width).reshaped([width])
            result["\(path).weight"] = try cut(weights, offset, width)
            let column = total + index
            let slope = try cut(weights, column, 1).reshaped([shape.outputs])
            let (centre, factor) = (try cut(mean, column, 1).item(), try cut(scale, column, 1).item())
            // Present is an absence of 0, absent one of 1, both standardised.
            bias = try bias + slope * (-centre * factor)
            result["\(path).absent"] = try slope * factor
            offset += width
        }
        result["summary.\(shape.name).bias"] = bias
        return try result.mapValues { try $0.to(dtype: .float32) }
    }
}

extension TaskShape {
    /// The modalities with a summary, in the task's order.
    var summaryShapes: [(name: String, shape: SummaryShape)] {
        modalities.compactMap { modality in modality.summary.map { (modality.name, $0) } }
    }
}
