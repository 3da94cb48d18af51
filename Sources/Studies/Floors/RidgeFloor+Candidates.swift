import Multimodal
import Torch
import Training

extension RidgeFloor {
    /// Regressions with every penalty, and their outputs for the other splits.
    static func candidates(
        train: FloorSamples, valid: FloorSamples, test: FloorSamples, objective: TaskObjective, outputs: Int
    ) throws -> [FloorCandidate] {
        // Several labels are predicted as shares, but scored by which side of zero a number lies on.
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
