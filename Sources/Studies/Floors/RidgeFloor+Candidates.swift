import Multimodal
import Torch
import Training

extension RidgeFloor {
    /// Returns a candidate for each penalty.
    ///
    /// - Throws: `TorchError` when the shapes do not fit.
    static func candidates(
        train: FloorSamples, valid: FloorSamples, test: FloorSamples, objective: TaskObjective, outputs: Int
    ) throws -> [FloorCandidate] {
        // Each label is regressed as 0 or 1, but scored by the sign of its output.
        let shift = objective.kind == .multilabel ? -0.5 : 0
        let fitted = try all(
            features: train.features, targets: objective.numbers(train.target, outputs: outputs))
        return try zip(penalties, fitted).map { penalty, ridge in
            FloorCandidate(
                setting: "penalty \(penalty)", valid: try ridge.outputs(valid.features) + shift,
                test: try ridge.outputs(test.features) + shift)
        }
    }
}
