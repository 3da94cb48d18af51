import HighMMT
import Multimodal
import Torch

/// The features of some rows that a summary path reads, with their targets.
///
/// The features of a modality are its statistics, followed by their piecewise-linear features.
/// After those of all modalities comes one column for each modality, 1 where it is absent.
struct SummarySamples {
    /// (N, F + modalities), float64; 0 for the features of an absent modality.
    let features: Tensor
    /// (N, F + modalities), float64: 1 where the row has the feature.
    let present: Tensor
    /// (N, outputs), float64: one-hot classes, labels, or standardised numbers.
    let targets: Tensor
    /// The targets as stored.
    let truths: Tensor
    /// The number of rows.
    let count: Int

    /// Reads rows.
    ///
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when it cannot be read.
    init(
        _ reader: BatchReader, _ rows: [Int], _ shape: TaskShape, _ objective: TaskObjective,
        bounds: [String: Tensor]
    ) throws {
        count = rows.count
        var (features, present, targets, truths): ([Tensor], [Tensor], [Tensor], [Tensor]) = ([], [], [], [])
        for start in stride(from: 0, to: rows.count, by: 256) {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            let (numbers, flags) = try Self.features(batch, shape, bounds)
            features.append(numbers)
            present.append(flags)
            targets.append(try objective.numbers(batch.target, outputs: shape.outputs).to(dtype: .float64))
            truths.append(batch.target)
        }
        guard !features.isEmpty else {
            let width = shape.summaryShapes.reduce(0) { $0 + $1.shape.featureCount + 1 }
            let none = try Tensor.zeros([0, width], dtype: .float64)
            let empty = try Tensor.zeros([0, shape.outputs], dtype: .float64)
            (self.features, self.present, self.targets, self.truths) = (none, none, empty, empty)
            return
        }
        self.features = try Tensor.concatenated(features, axis: 0)
        self.present = try Tensor.concatenated(present, axis: 0)
        self.targets = try Tensor.concatenated(targets, axis: 0)
        self.truths = try Tensor.concatenated(truths, axis: 0)
    }

    /// Returns the features of a batch and their presence flags. The last columns are one per
    /// modality, 1 where it is absent.
    private static func features(
        _ batch: Batch, _ shape: TaskShape, _ bounds: [String: Tensor]
    ) throws -> (Tensor, Tensor) {
        let input = try TaskInput(batch, device: .cpu)
        var (numbers, flags): ([Tensor], [Tensor]) = ([], [])
        var (absences, ones): ([Tensor], [Tensor]) = ([], [])
        for (name, summary) in shape.summaryShapes {
            let isPresent = batch.present[name] ?? Array(repeating: batch.inputs[name] != nil, count: batch.count)
            let here = try Tensor(isPresent.map { Float($0 ? 1 : 0) }, shape: [batch.count, 1])
            let own =
                try input.streams[name].map { try SummaryFeatures.of($0, summary, bounds: bounds[name]) }
                ?? Tensor.zeros([batch.count, summary.featureCount])
            numbers.append(try own * here)
            flags.append(try here.expanded([batch.count, summary.featureCount]))
            absences.append(try here * -1 + 1)
            ones.append(try Tensor.full([batch.count, 1], 1))
        }
        return (
            try Tensor.concatenated(numbers + absences, axis: 1).to(dtype: .float64),
            try Tensor.concatenated(flags + ones, axis: 1).to(dtype: .float64)
        )
    }

    /// Returns the choices of features that a fit compares, from few to many: 1 for a chosen
    /// feature and 0 for another, `[1, F + modalities]`.
    ///
    /// Means, deviations, the values of tables and absences are always chosen, the means of cells
    /// in one choice and piecewise-linear features in another, which is additive.
    static func choices(of shape: TaskShape) throws -> [(flags: Tensor, isAdditive: Bool)] {
        let shapes = shape.summaryShapes.map(\.shape)
        func choice(cells: Bool, pieces: Bool) throws -> Tensor {
            let flags = shapes.flatMap { shape in
                (0..<shape.featureCount).map { index -> Float in
                    index < shape.plainCount || (index < shape.width ? cells : pieces) ? 1 : 0
                }
            }
            let all = flags + shapes.map { _ in 1 }
            return try Tensor(all, shape: [1, all.count]).to(dtype: .float64)
        }
        var choices = [(try choice(cells: false, pieces: false), false)]
        if shapes.contains(where: { $0.plainCount < $0.width }) {
            choices.append((try choice(cells: true, pieces: false), false))
        }
        if shapes.contains(where: { $0.pieces != nil }) {
            choices.append((try choice(cells: false, pieces: true), true))
        }
        return choices.map { (flags: $0, isAdditive: $1) }
    }

    /// Returns the mean and the reciprocal standard deviation of each feature, over the samples
    /// that have it.
    func statistics() throws -> (mean: Tensor, scale: Tensor) {
        let count = try present.sum(axes: [0], keepingAxes: true).maximum(1)
        let mean = try (features * present).sum(axes: [0], keepingAxes: true) / count
        let spread =
            try ((features - mean) * present).squared().sum(axes: [0], keepingAxes: true) / count
        // A constant feature is dropped. Its scale would inflate small deviations of new samples.
        let varies = try (spread - mean.squared() * 1e-12).greater(than: 1e-20).to(dtype: .float64)
        return (mean, try (spread + (varies * -1 + 1)).reciprocalSquareRoot() * varies)
    }

    /// Returns limited standardised features; those of absent modalities are at the mean.
    func standardised(_ mean: Tensor, _ scale: Tensor) throws -> Tensor {
        try SummaryFeatures.limited((features - mean) * scale) * present
    }
}
