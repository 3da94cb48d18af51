import HighMMT
import Multimodal
import Torch
import Training

/// Trains the predictors of a measurement: small models of one entry each.
///
/// A predictor of a stream consists of an encoder and a head on the flattened latents. A predictor
/// of a pair has a crossmodal block between them.
struct PredictorTraining: Sendable {
    let configuration: ModelConfiguration
    /// The names of all learned or one-hot identities of the suite, so that one-hot vectors keep
    /// their width.
    let identityNames: [String]
    let adam: Adam.Settings
    /// The recipe, of which predictors use the form of weight decay, clipping, warm-up and
    /// schedule.
    let recipe: TrainerRecipe
    let budget: TransferBudget

    /// The result of one training.
    struct Trained {
        /// The mean loss after every epoch: of the held-out samples with
        /// ``TransferBudget/patience``, of the validation samples otherwise.
        var epochLosses: [Double]
        /// The loss of every validation sample, at an epoch that was selected without this sample.
        var losses: [Double]
        /// The most probable class or the first output for every validation sample, at the same
        /// epochs.
        var predicted: [Double]
        /// The parameters of encoder and crossmodal block, at the epoch with the smallest mean loss
        /// of `epochLosses`.
        var shared: [String: Tensor]
    }

    /// Returns a model of an entry with the initial parameters of a seed, except for the given
    /// shared parameters.
    func model(of data: EntryData, from start: [String: Tensor]?, seed: UInt64) throws -> HighMMTModel {
        let model = try HighMMTModel(configuration, tasks: [data.shape], seed: seed, identityNames: identityNames)
        // Head and identity always start from the seed, since they are meaningful for one entry
        // only.
        if let start { try model.parameters.load(start, complete: false) }
        return model
    }

    /// Trains a predictor.
    ///
    /// - Returns: The result; `nil` when `shouldStop` returned true.
    /// - Throws: ``HeterogeneityError`` when the loss is not finite; `TorchError` when `start` does
    ///   not fit.
    func train(
        _ data: EntryData, from start: [String: Tensor]?, seed: UInt64, shouldStop: () -> Bool = { false }
    ) throws -> Trained? {
        let model = try model(of: data, from: start, seed: seed)
        guard let patience = budget.patience else {
            return try trainAllEpochs(PredictorEpochs(of: model, data, self, seed: seed), model, data, shouldStop)
        }
        let (kept, heldOut) = try data.holdingOut(seed: seed)
        let epochs = try PredictorEpochs(of: model, kept, self, seed: seed)
        return try train(epochs, model, heldOut, patience, valid: data.valid, shouldStop)
    }

    /// Trains all epochs, validating each. Every validation sample gets the epoch that is best on
    /// the others.
    private func trainAllEpochs(
        _ epochs: PredictorEpochs, _ model: HighMMTModel, _ data: EntryData, _ shouldStop: () -> Bool
    ) throws -> Trained? {
        var history: [[Double]] = []
        var predictions: [[Double]] = []
        var best = BestEpoch()
        for epoch in 0..<budget.epochs {
            guard !shouldStop() else { return nil }
            try epochs.train(epoch) {
                let (losses, predicted) = try epochs.evaluate(data.valid)
                history.append(losses)
                predictions.append(predicted)
                try epochs.check(best.add(losses, model), epoch)
            }
        }
        try best.restore(model)
        let minimum = CrossFittedMinimum(history)
        return Trained(
            epochLosses: best.losses, losses: minimum.choose(history), predicted: minimum.choose(predictions),
            shared: shared(model))
    }

    /// Trains until the loss of held-out training samples has not decreased for some epochs. The
    /// validation samples are evaluated once, at the epoch that is best on the held-out ones.
    private func train(
        _ epochs: PredictorEpochs, _ model: HighMMTModel, _ heldOut: EntryData.Samples, _ patience: Int,
        valid: EntryData.Samples, _ shouldStop: () -> Bool
    ) throws -> Trained? {
        var best = BestEpoch()
        for epoch in 0..<budget.epochs where best.epochsSince < patience {
            guard !shouldStop() else { return nil }
            try epochs.train(epoch) { try epochs.check(best.add(epochs.evaluate(heldOut).losses, model), epoch) }
        }
        try best.restore(model)
        let (losses, predicted) = try epochs.evaluate(valid)
        return Trained(epochLosses: best.losses, losses: losses, predicted: predicted, shared: shared(model))
    }

    private func shared(_ model: HighMMTModel) -> [String: Tensor] {
        model.parameters.state.filter { $0.key.hasPrefix("encoder.") || $0.key.hasPrefix("crossmodal.") }
    }
}
