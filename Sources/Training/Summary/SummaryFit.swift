import HighMMT
import Multimodal
import Numerics
import Torch

/// The fit of the summary path of a task, and what it says of training rows that it has not seen.
///
/// The weights are fitted to all training rows and do not change afterwards. Where a model is
/// trained beside them, each training row counts what a fit without its fold says of it: what the
/// full fit says of rows that it knows is better than what it says of new ones, and the model would
/// learn to leave to the summary path what it cannot do.
struct SummaryFit {
    private static let folds = 5
    /// Rows that are fitted to at most, evenly spaced.
    private static let mostRows = 6000
    /// With so many validation rows or more the penalty is chosen by them alone, otherwise by folds
    /// of the training rows as well.
    private static let enoughValidationRows = 500

    /// Path → value of the parameters of the summary path.
    let parameters: [String: Tensor]
    /// The penalty that was chosen.
    let penalty: Double
    private let shape: TaskShape
    private let reader: BatchReader
    private let full: Part
    private let parts: [LinearOutputs]
    /// Training row → its fold; rows that were not fitted to have none.
    private let fold: [Int: Int]

    /// A linear map with the statistics of its features.
    private struct Part {
        let mean: Tensor
        let scale: Tensor
        let map: LinearOutputs
    }

    /// Features of some rows, columns of absent modalities at the mean.
    private struct Samples {
        var features: Tensor
        var present: Tensor
        var targets: Tensor
        var truths: Tensor
    }

    /// Fits the path of a task.
    ///
    /// - Parameter rows: the training rows that may be used.
    /// - Throws: an error that names the file when a split cannot be read.
    init(_ task: OpenedTask, shape: TaskShape, objective: TaskObjective, rows: [Int]) throws {
        self.shape = shape
        let reader = BatchReader(task, split: .train)
        self.reader = reader
        let stride = max(1, (rows.count + Self.mostRows - 1) / Self.mostRows)
        let used = rows.indices.filter { $0 % stride == 0 }.map { rows[$0] }
        let train = try Self.read(reader, used, shape, objective)
        let validReader = BatchReader(task, split: .valid)
        let validRows = min(validReader.rows, 4000)
        let valid = try Self.read(
            validReader, (0..<validRows).map { $0 * validReader.rows / max(1, validRows) }, shape, objective)
        let groups = try Self.groups(of: task)
        let fold = used.map { Self.fold(of: groups?[reader.storedRow($0)] ?? $0) }
        self.fold = Dictionary(uniqueKeysWithValues: zip(used, fold))
        func member(_ number: Int, inside: Bool) -> [Int] {
            fold.indices.filter { (fold[$0] == number) == inside }
        }
        let kind = objective.kind
        let statistics = try Self.statistics(train)
        let validLoss = validRows > 0
        /// The losses of all penalties, where only some of the statistics are looked at.
        func trial(_ chosen: Tensor?) throws -> (
            scale: Tensor, basis: PrincipalBasis, fits: [LinearOutputs], losses: [Double]
        ) {
            let scale = try chosen.map { try statistics.scale * $0 } ?? statistics.scale
            let all = try Self.standardised(train, statistics.mean, scale)
            let basis = try PrincipalBasis(all)
            let fits = try LinearOutputs.fits(
                all, train.targets, kind: kind, penalties: LinearOutputs.penalties, in: basis)
            let known = try Self.standardised(valid, statistics.mean, scale)
            func loss(_ fit: LinearOutputs, _ features: Tensor, _ truths: Tensor) throws -> Double {
                try objective.loss(fit.outputs(features).to(dtype: .float32), truths).item()
                    * Double(features.size(0))
            }
            var losses = try fits.map { validLoss ? try loss($0, known, valid.truths) : 0 }
            guard validRows < Self.enoughValidationRows else { return (scale, basis, fits, losses) }
            for number in 0..<Self.folds {
                let (inside, outside) = (member(number, inside: true), member(number, inside: false))
                guard !inside.isEmpty, outside.count > 1 else { continue }
                let partial = try LinearOutputs.fits(
                    all.selected(axis: 0, outside), train.targets.selected(axis: 0, outside), kind: kind,
                    penalties: LinearOutputs.penalties, in: basis, of: used.count)
                let held = try all.selected(axis: 0, inside)
                let truths = try train.truths.selected(axis: 0, inside)
                for (index, fit) in partial.enumerated() { losses[index] += try loss(fit, held, truths) }
            }
            return (scale, basis, fits, losses)
        }
        let moments = try Self.moments(of: shape)
        var best = try trial(moments)
        if moments != nil {
            let wider = try trial(nil)
            if let (wide, narrow) = wider.losses.min().flatMap({ own in best.losses.min().map { (own, $0) } }),
                wide < narrow
            {
                best = wider
            }
        }
        let chosen = best.losses.indices.min { best.losses[$0] < best.losses[$1] } ?? 0
        penalty = LinearOutputs.penalties[chosen]
        full = Part(mean: statistics.mean, scale: best.scale, map: best.fits[chosen])
        let all = try Self.standardised(train, statistics.mean, best.scale)
        parts = try (0..<Self.folds).map { number in
            let outside = member(number, inside: false)
            guard outside.count > 1 else { return best.fits[chosen] }
            return try LinearOutputs.fits(
                all.selected(axis: 0, outside), train.targets.selected(axis: 0, outside), kind: kind,
                penalties: [LinearOutputs.penalties[chosen]], in: best.basis, of: used.count)[0]
        }
        parameters = try Self.parameters(full, shape)
    }

    /// The group of every training row, where groups are in one split only: what is known of one
    /// must not be known of a fold.
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

    private static func read(
        _ reader: BatchReader, _ rows: [Int], _ shape: TaskShape, _ objective: TaskObjective
    ) throws -> Samples {
        var (features, present, targets, truths): ([Tensor], [Tensor], [Tensor], [Tensor]) = ([], [], [], [])
        for start in stride(from: 0, to: rows.count, by: 256) {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            let (numbers, flags) = try self.features(batch, shape)
            features.append(numbers)
            present.append(flags)
            targets.append(try objective.numbers(batch.target, outputs: shape.outputs).to(dtype: .float64))
            truths.append(batch.target)
        }
        guard !features.isEmpty else {
            let width = shape.summaryWidths.reduce(0) { $0 + $1.width }
            let none = try Tensor.zeros([0, width + shape.summaryWidths.count], dtype: .float64)
            let empty = try Tensor.zeros([0, shape.outputs], dtype: .float64)
            return Samples(features: none, present: none, targets: empty, truths: empty)
        }
        return Samples(
            features: try Tensor.concatenated(features, axis: 0), present: try Tensor.concatenated(present, axis: 0),
            targets: try Tensor.concatenated(targets, axis: 0), truths: try Tensor.concatenated(truths, axis: 0))
    }

    /// Features of a batch and whether each is there, then for every modality 1 where it is absent.
    private static func features(_ batch: Batch, _ shape: TaskShape) throws -> (Tensor, Tensor) {
        let input = try TaskInput(batch, device: .cpu)
        var (numbers, flags): ([Tensor], [Tensor]) = ([], [])
        var (absences, ones): ([Tensor], [Tensor]) = ([], [])
        for (name, summary) in shape.summaryShapes {
            let isPresent = batch.present[name] ?? Array(repeating: batch.inputs[name] != nil, count: batch.count)
            let here = try Tensor(isPresent.map { Float($0 ? 1 : 0) }, shape: [batch.count, 1])
            let own =
                try input.streams[name].map { try SummaryFeatures.of($0, summary) }
                ?? Tensor.zeros([batch.count, summary.width])
            numbers.append(try own * here)
            flags.append(try here.expanded([batch.count, summary.width]))
            absences.append(try here * -1 + 1)
            ones.append(try Tensor.full([batch.count, 1], 1))
        }
        return (
            try Tensor.concatenated(numbers + absences, axis: 1).to(dtype: .float64),
            try Tensor.concatenated(flags + ones, axis: 1).to(dtype: .float64)
        )
    }

    /// 1 for means, deviations, tables and absences, 0 for the means of cells; nothing when there
    /// are no cells.
    private static func moments(of shape: TaskShape) throws -> Tensor? {
        var isMoment: [Bool] = []
        for (_, summary) in shape.summaryShapes {
            let own =
                summary.keepsTokens || summary.cellCount == 1
                ? summary.width : 2 * summary.width / (2 + summary.cellCount)
            isMoment += (0..<summary.width).map { $0 < own }
        }
        guard isMoment.contains(false) else { return nil }
        let flags = isMoment.map { Float($0 ? 1 : 0) } + shape.summaryShapes.map { _ in 1 }
        return try Tensor(flags, shape: [1, flags.count]).to(dtype: .float64)
    }

    /// Means and reciprocal deviations over the samples that have a feature; absences are left as
    /// they are.
    private static func statistics(_ samples: Samples) throws -> (mean: Tensor, scale: Tensor) {
        let count = try samples.present.sum(axes: [0], keepingAxes: true).maximum(1)
        let mean = try (samples.features * samples.present).sum(axes: [0], keepingAxes: true) / count
        let spread =
            try ((samples.features - mean) * samples.present).squared().sum(axes: [0], keepingAxes: true) / count
        // What does not vary says nothing; it must not be blown up where a new sample differs a
        // little.
        let varies = try (spread - mean.squared() * 1e-12).greater(than: 1e-20).to(dtype: .float64)
        return (mean, try (spread + (varies * -1 + 1)).reciprocalSquareRoot() * varies)
    }

    private static func standardised(_ samples: Samples, _ mean: Tensor, _ scale: Tensor) throws -> Tensor {
        try SummaryFeatures.limited((samples.features - mean) * scale) * samples.present
    }

    /// The parameters of the path: absences become constants.
    private static func parameters(_ part: Part, _ shape: TaskShape) throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        let weights = try part.map.slopes.transposed(0, 1)
        var bias = try part.map.intercepts.reshaped([shape.outputs])
        let widths = shape.summaryWidths
        var offset = 0
        let total = widths.reduce(0) { $0 + $1.width }
        for (index, entry) in widths.enumerated() {
            let path = "summary.\(shape.name).\(entry.name)"
            func cut(_ tensor: Tensor, _ start: Int, _ length: Int) throws -> Tensor {
                try tensor.narrowed(axis: 1, start: start, length: length).contiguous()
            }
            result["\(path).mean"] = try cut(part.mean, offset, entry.width).reshaped([entry.width])
            result["\(path).scale"] = try cut(part.scale, offset, entry.width).reshaped([entry.width])
            result["\(path).weight"] = try cut(weights, offset, entry.width)
            let column = total + index
            let slope = try cut(weights, column, 1).reshaped([shape.outputs])
            let (mean, scale) = (try cut(part.mean, column, 1).item(), try cut(part.scale, column, 1).item())
            // Present is an absence of 0, absent one of 1, both standardised.
            bias = try bias + slope * (-mean * scale)
            result["\(path).absent"] = try slope * scale
            offset += entry.width
        }
        result["summary.\(shape.name).bias"] = bias
        return try result.mapValues { try $0.to(dtype: .float32) }
    }

    /// The cross-fitted outputs for training rows, with the modalities that a batch has left.
    ///
    /// # Shapes Result: (B, outputs).
    func offsets(_ batch: Batch) throws -> Tensor {
        let (features, present) = try Self.features(batch, shape)
        let known = try SummaryFeatures.limited((features - full.mean) * full.scale) * present
        let outputs = try ([full.map] + parts).map { try $0.outputs(known) }
        let rows = try batch.rows.enumerated().map { position, row in
            try outputs[fold[row].map { $0 + 1 } ?? 0]
                .narrowed(axis: 0, start: position, length: 1)
        }
        return try Tensor.concatenated(rows, axis: 0).to(dtype: .float32)
    }
}

extension TaskShape {
    /// The modalities with a summary, in the order of the task.
    fileprivate var summaryShapes: [(name: String, shape: SummaryShape)] {
        modalities.compactMap { modality in modality.summary.map { (modality.name, $0) } }
    }

    fileprivate var summaryWidths: [(name: String, width: Int)] { summaryShapes.map { ($0.name, $0.shape.width) } }
}
