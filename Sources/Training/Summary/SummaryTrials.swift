import Torch

/// Fits of a summary path to chosen features, each judged by rows that it was not fitted to.
struct SummaryTrials {
    /// The number of folds of the training rows.
    static let folds = 5
    /// The number of validation rows from which the penalty is chosen by them alone.
    private static let enoughValidationRows = 500

    /// The mean of each feature of the training rows.
    let mean: Tensor
    /// The reciprocal standard deviation of each feature of the training rows.
    let scale: Tensor

    private let train: SummarySamples
    private let valid: SummarySamples
    /// The standardised features of the training rows.
    private let trainFeatures: Tensor
    /// The standardised features of the validation rows.
    private let validFeatures: Tensor
    /// The fold of each training row.
    private let rowFolds: [Int]
    private let objective: TaskObjective

    /// The fits of all penalties to chosen features, and their summed losses on other rows.
    struct Trial {
        /// The chosen features.
        let choice: SummarySamples.Choice
        fileprivate let fits: [LinearOutputs]
        /// The losses on validation rows and folds.
        fileprivate let losses: [Double]
        /// The losses on validation rows alone.
        fileprivate let validLosses: [Double]

        private var best: Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }

        /// The penalty of the best fit.
        var penalty: Double { LinearOutputs.penalties[best] }
        fileprivate var fit: LinearOutputs { fits[best] }
        fileprivate var loss: Double { losses[best] }
        fileprivate var validLoss: Double { validLosses[best] }
    }

    /// Prepares trials.
    ///
    /// - Parameters:
    ///   - train: The training rows.
    ///   - valid: The validation rows.
    ///   - folds: The fold of each training row.
    ///   - objective: The objective of the task.
    /// - Throws: `TorchError` when memory runs out.
    init(train: SummarySamples, valid: SummarySamples, folds: [Int], objective: TaskObjective) throws {
        (mean, scale) = try train.statistics()
        (self.train, self.valid, rowFolds, self.objective) = (train, valid, folds, objective)
        trainFeatures = try train.standardised(mean, scale)
        validFeatures = try valid.standardised(mean, scale)
    }

    /// Returns the trial of the least loss; of two equal ones that of fewer features.
    ///
    /// Of piecewise-linear features the validation rows alone must be in favour too: folds of
    /// training rows that resemble each other favour many features.
    ///
    /// - Parameters:
    ///   - choices: The features of each trial, at least one, from few to many.
    ///   - shouldStop: Returns true to stop; called before each fit.
    /// - Throws: `SummaryFit.Stopped` on request; `TorchError` when memory runs out.
    func best(of choices: [SummarySamples.Choice], shouldStop: () -> Bool) throws -> Trial {
        try choices.dropFirst().reduce(trial(of: choices[0], shouldStop: shouldStop)) { best, choice in
            let limit = choice.isAdditive ? best.validLoss : .infinity
            let own = try trial(of: choice, validLimit: limit, shouldStop: shouldStop)
            return own.loss < best.loss && own.validLoss <= limit ? own : best
        }
    }

    /// Returns the slopes and intercepts of the best fit of a trial; 0 for features that it did not
    /// choose.
    ///
    /// # Shapes
    /// slopes: (F + modalities, outputs); intercepts: (1, outputs); both float64.
    ///
    /// - Throws: `TorchError` when memory runs out.
    func map(of trial: Trial) throws -> (slopes: Tensor, intercepts: Tensor) {
        let slopes = trial.fit.slopes
        // Row 0 is that of every feature that was not chosen.
        let rows = try Tensor.concatenated([Tensor.zeros([1, slopes.size(1)], dtype: .float64), slopes], axis: 0)
        var places = [Int](repeating: 0, count: try scale.size(1))
        for (place, feature) in trial.choice.features.enumerated() { places[feature] = place + 1 }
        return (try rows.selected(axis: 0, places), trial.fit.intercepts)
    }

    /// Fits chosen features. Where no fit reaches the limit on the validation rows, its loss is
    /// infinite, without fits to folds.
    private func trial(
        of choice: SummarySamples.Choice, validLimit: Double = .infinity, shouldStop: () -> Bool
    ) throws -> Trial {
        let features = try trainFeatures.selected(axis: 1, choice.features)
        let basis = try PrincipalBasis(features)
        func fits(_ rows: [Int]?) throws -> [LinearOutputs] {
            if shouldStop() { throw SummaryFit.Stopped() }
            return try LinearOutputs.fits(
                rows.map { try features.selected(axis: 0, $0) } ?? features,
                rows.map { try train.targets.selected(axis: 0, $0) } ?? train.targets, kind: objective.kind,
                penalties: LinearOutputs.penalties, in: basis, of: train.count)
        }
        let full = try fits(nil)
        let validLosses = try losses(full, validFeatures.selected(axis: 1, choice.features), valid.truths)
        guard validLosses.contains(where: { $0 <= validLimit }) else {
            return Trial(
                choice: choice, fits: full, losses: full.map { _ in .infinity }, validLosses: validLosses)
        }
        var total = validLosses
        if valid.count < Self.enoughValidationRows {
            for number in 0..<Self.folds {
                let inside = rowFolds.indices.filter { rowFolds[$0] == number }
                let outside = rowFolds.indices.filter { rowFolds[$0] != number }
                guard !inside.isEmpty, outside.count > 1 else { continue }
                let held = try losses(
                    fits(outside), features.selected(axis: 0, inside), train.truths.selected(axis: 0, inside))
                total = zip(total, held).map(+)
            }
        }
        return Trial(choice: choice, fits: full, losses: total, validLosses: validLosses)
    }

    /// Returns the summed loss of each fit.
    private func losses(_ fits: [LinearOutputs], _ features: Tensor, _ truths: Tensor) throws -> [Double] {
        let count = Double(try features.size(0))
        guard count > 0 else { return fits.map { _ in 0 } }
        return try fits.map { try objective.loss($0.outputs(features).to(dtype: .float32), truths).item() * count }
    }
}
