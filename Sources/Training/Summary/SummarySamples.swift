import HighMMT
import Torch

/// The features of some rows that a summary path reads, with their targets.
///
/// The features of a modality are its statistics, followed by their piecewise-linear features.
/// After those of all modalities comes one column for each modality, 1 where it is absent.
struct SummarySamples {
    /// The features that a fit uses, out of all.
    struct Choice {
        /// The numbers of the chosen features, ascending.
        let features: [Int]
        /// True with piecewise-linear features.
        let isAdditive: Bool

        /// Chooses means, deviations, the values of tables and absences, and more where asked.
        init(of shapes: [SummaryShape], cells: Bool = false, pieces: Bool = false) {
            let isChosen =
                shapes.flatMap { shape in
                    (0..<shape.featureCount).map { index in
                        index < shape.plainCount || (index < shape.width ? cells : pieces)
                    }
                } + shapes.map { _ in true }
            features = isChosen.indices.filter { isChosen[$0] }
            isAdditive = pieces
        }
    }

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

    /// Makes the features of rows.
    ///
    /// - Parameters:
    ///   - rows: The statistics of the rows.
    ///   - bounds: The bounds of the intervals of the modalities with piecewise-linear features.
    /// - Throws: `TorchError` when memory runs out.
    init(_ rows: SummaryColumns, bounds: [String: Tensor]) throws {
        (targets, truths, count) = (rows.targets, rows.truths, rows.count)
        let numbers = try rows.columns.map {
            try SummaryFeatures.withPieces($0.numbers, bounds: bounds[$0.modality]) * $0.present
        }
        let flags = try rows.columns.map { try $0.present.expanded([rows.count, $0.shape.featureCount]) }
        let absences = try rows.columns.map { try $0.present * -1 + 1 }
        let ones = try rows.columns.map { _ in try Tensor.full([rows.count, 1], 1) }
        features = try Tensor.concatenated(numbers + absences, axis: 1).to(dtype: .float64)
        present = try Tensor.concatenated(flags + ones, axis: 1).to(dtype: .float64)
    }

    /// Returns the choices of features that a fit compares, from few to many.
    ///
    /// Means, deviations, the values of tables and absences are always chosen, the means of cells
    /// in one choice and piecewise-linear features in another, which is additive.
    static func choices(of shape: TaskShape) -> [Choice] {
        let shapes = shape.summaryShapes.map(\.shape)
        var choices = [Choice(of: shapes)]
        if shapes.contains(where: { $0.plainCount < $0.width }) { choices.append(Choice(of: shapes, cells: true)) }
        if shapes.contains(where: { $0.pieces != nil }) { choices.append(Choice(of: shapes, pieces: true)) }
        return choices
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
