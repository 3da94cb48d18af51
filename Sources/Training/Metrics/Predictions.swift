import Multimodal
import Torch

/// The outputs of a model for the samples of a task, with the true values.
public struct Predictions: Sendable {
    /// The description of the target.
    public let target: TargetDescription
    /// The outputs `[samples, outputs]`: logits, or regression values.
    public private(set) var outputs: [[Float]] = []
    /// The true values: `[samples, outputs]` for labels and regression, `[samples, 1]` for classes.
    public private(set) var truths: [[Float]] = []

    /// Creates predictions without samples.
    public init(_ target: TargetDescription) { self.target = target }

    /// Adds the samples of a batch.
    ///
    /// # Shapes
    /// outputs: `[batch, outputs]`; truths: `[batch]` for classes, `[batch, outputs]` otherwise.
    ///
    /// - Throws: `TorchError` when the outputs do not have two axes.
    public mutating func add(outputs batch: Tensor, truths batchTruths: Tensor) throws {
        let width = try batch.size(1)
        let truthWidth = batchTruths.rank == 1 ? 1 : try batchTruths.size(1)
        add(outputs: try batch.floats(), width: width, truths: try batchTruths.floats(), truthWidth: truthWidth)
    }

    /// Adds samples in the order of rows.
    mutating func add(outputs values: [Float], width: Int, truths answers: [Float], truthWidth: Int) {
        for row in 0..<(values.count / max(1, width)) {
            outputs.append(Array(values[(row * width)..<((row + 1) * width)]))
            truths.append(Array(answers[(row * truthWidth)..<((row + 1) * truthWidth)]))
        }
    }

    /// Returns the predictions for some of the samples.
    func selected(_ samples: [Int]) -> Predictions {
        var some = Predictions(target)
        some.outputs = samples.map { outputs[$0] }
        some.truths = samples.map { truths[$0] }
        return some
    }

    /// Returns the value of a metric; NaN when it is undefined.
    public func value(of metric: Metric) -> Double {
        switch (metric, target.kind) {
        case (.accuracy, .classification): ClassificationScores(self).accuracy
        case (.accuracy, _): LabelScores(self).accuracy
        case (.f1, .classification): ClassificationScores(self).f1
        case (.f1, _): LabelScores(self).f1
        case (.auroc, .classification): ClassificationScores(self).auroc
        case (.auroc, _): LabelScores(self).auroc
        case (.auprc, .classification): ClassificationScores(self).auprc
        case (.auprc, _): LabelScores(self).auprc
        case (.rmse, _): RegressionScores(self).rmse
        case (.r2, _): RegressionScores(self).r2
        }
    }
}
