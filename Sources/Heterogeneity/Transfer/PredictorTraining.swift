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
    /// The recipe, of which predictors use the form of weight decay, clipping and warm-up.
    let recipe: TrainerRecipe
    let budget: TransferBudget

    /// The result of one training.
    struct Trained {
        /// The mean validation loss after every epoch.
        var epochLosses: [Double]
        /// The loss of every validation sample, at an epoch that was selected without this sample.
        var losses: [Double]
        /// The most probable class or the first output for every validation sample, at the same
        /// epochs.
        var predicted: [Double]
        /// The parameters of encoder and crossmodal block, at the epoch with the smallest mean
        /// validation loss.
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
    /// Transfers are small compared with the noise of a single training, so that noise is reduced
    /// in two ways. The learning rate decreases linearly to zero, and each epoch validates the mean
    /// of its parameters instead of the last ones.
    ///
    /// - Returns: The result; `nil` when `shouldStop` returned true.
    /// - Throws: ``HeterogeneityError`` when the loss is not finite; `TorchError` when `start` does
    ///   not fit.
    func train(
        _ data: EntryData, from start: [String: Tensor]?, seed: UInt64, shouldStop: () -> Bool = { false }
    ) throws -> Trained? {
        let model = try model(of: data, from: start, seed: seed)
        let name = data.shape.name
        let step = try step(of: model, data)
        let order = SampleOrder(count: data.train.count, batch: data.batch, seed: seed, purpose: "\(data.entry)")
        let steps = data.steps(budget)
        var history: [[Double]] = []
        var predictions: [[Double]] = []
        var best: (mean: Double, values: Tensor)?
        for epoch in 0..<budget.epochs {
            guard !shouldStop() else { return nil }
            func check(_ loss: Double) throws {
                guard !loss.isFinite else { return }
                throw HeterogeneityError(
                    "\(data.entry): the loss is \(loss) after epoch \(epoch + 1); a lower training.learning_rate may help"
                )
            }
            var mean = try EpochMean(of: model.parameters)
            for done in epoch * steps..<(epoch + 1) * steps {
                step.optimiser.settings.learningRate =
                    adam.learningRate * budget.learningRate
                    * recipe.learningRate(at: Double(done) / Double(budget.epochs * steps), .linear)
                let batch = try data.train.batch(order.batch(done))
                do {
                    try step([name: batch.input], targets: [name: batch.target], done: done)
                } catch let loss as NonFiniteLoss {
                    try check(loss.value)
                }
                try mean.add()
            }
            try mean.inPlace {
                let (losses, predicted) = try validate(model, data)
                history.append(losses)
                predictions.append(predicted)
                let loss = losses.reduce(0, +) / Double(losses.count)
                try check(loss)
                if loss < best?.mean ?? .infinity { best = (loss, try model.parameters.values.cloned()) }
            }
        }
        if let best { try model.parameters.values.overwrite(with: best.values) }
        let shared = model.parameters.state.filter {
            $0.key.hasPrefix("encoder.") || $0.key.hasPrefix("crossmodal.")
        }
        let minimum = CrossFittedMinimum(history)
        return Trained(
            epochLosses: history.map { $0.reduce(0, +) / Double($0.count) }, losses: minimum.choose(history),
            predicted: minimum.choose(predictions), shared: shared)
    }

    /// Returns an update of a model by the recipe.
    private func step(of model: HighMMTModel, _ data: EntryData) throws -> TrainingStep {
        var adam = adam
        if recipe.isDecayDecoupled { adam.weightDecay = 0 }
        return TrainingStep(
            model, losses: [TaskLoss(data.shape.name, loss: data.objective.loss)],
            optimiser: try Adam(model.parameters, settings: adam),
            decay: recipe.isDecayDecoupled
                ? DecoupledDecay(model.parameters, decay: self.adam.weightDecay) : nil, clip: recipe.clip)
    }

    /// Returns the loss of every validation sample, and its most probable class or first output.
    private func validate(_ model: HighMMTModel, _ data: EntryData) throws -> (losses: [Double], predicted: [Double]) {
        var losses: [Double] = []
        var predicted: [Double] = []
        for start in stride(from: 0, to: data.valid.count, by: 64) {
            let batch = try data.valid.batch(Array(start..<min(start + 64, data.valid.count)))
            try withoutGradients {
                guard let outputs = try model.forward([data.shape.name: batch.input]).logits[data.shape.name]
                else { return }
                losses += try data.objective.sampleLosses(outputs, batch.target).doubles()
                let prediction =
                    data.objective.kind == .classification
                    ? try outputs.argmax(axis: 1) : try outputs.narrowed(axis: 1, start: 0, length: 1)
                predicted += try prediction.doubles()
            }
        }
        return (losses, predicted)
    }
}
