import Foundation

/// The reaction to a step that is not finite with `training.nonfinite: lower`.
extension Trainer {
    /// The largest number of times that a stage lowers its learning rate.
    static let maximumLowerings = 8

    /// The factor of the learning rate after the lowerings so far.
    var learningRateFactor: Double { pow(0.5, Double(state.lowerings ?? 0)) }

    /// Saves the initial state, to which the first epoch can go back.
    ///
    /// - Throws: ``TrainingError`` with several processes; `FileError` when it cannot be saved.
    func saveStart() throws {
        if settings.recipe.nonFinite == .lower, team.size > 1 {
            throw TrainingError("training.nonfinite=lower needs a single process; expected stop or skip with several")
        }
        if settings.recipe.nonFinite == .lower, state.epoch == 0, state.step == 0 { try save() }
    }

    /// Goes back to the start of the epoch with half the learning rate.
    ///
    /// The lowering is not saved before the next checkpoint. A run that dies in between comes to
    /// the same step again and lowers the rate there.
    ///
    /// - Throws: ``TrainingError`` when the rate has been lowered too often; `FileError` when the
    ///   checkpoint cannot be read.
    func goBack(_ value: NonFiniteValue) throws {
        let text = place(of: value)
        let lowerings = (state.lowerings ?? 0) + 1
        guard lowerings <= Self.maximumLowerings, let start = try store.epochStart(), start.state.epoch == state.epoch
        else {
            throw TrainingError(
                "\(text), although the learning rate was halved \(lowerings - 1) times; check the data, or lower "
                    + "training.learning_rate")
        }
        try start.restore(model, optimiser, average)
        state = start.state
        state.lowerings = lowerings
        step.factors = state.lossFactors ?? [:]
        try tell(.skipped("\(text); the epoch is trained again with \(learningRateFactor) times the learning rate"))
    }

    /// Returns the value with its stage, epoch and step.
    func place(of value: NonFiniteValue) -> String {
        "\(value), in \(settings.stage.rawValue), epoch \(state.epoch + 1), step \(state.step + 1)"
    }
}
