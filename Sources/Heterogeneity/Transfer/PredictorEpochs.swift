import HighMMT
import Multimodal
import Torch
import Training

/// The epochs of the training of one predictor.
///
/// Transfers are small compared with the noise of a single training, so that noise is reduced in
/// two ways. The learning rate decreases linearly to zero, and each epoch is judged by the mean of
/// its parameters instead of the last ones.
struct PredictorEpochs {
    private let model: HighMMTModel
    private let data: EntryData
    private let training: PredictorTraining
    private let step: TrainingStep
    private let order: SampleOrder

    /// Prepares the training of a model on the training samples of an entry.
    init(of model: HighMMTModel, _ data: EntryData, _ training: PredictorTraining, seed: UInt64) throws {
        self.model = model
        self.data = data
        self.training = training
        var adam = training.adam
        if training.recipe.isDecayDecoupled { adam.weightDecay = 0 }
        step = TrainingStep(
            model, losses: [TaskLoss(data.shape.name, objective: data.objective)],
            optimiser: try Adam(model.parameters, settings: adam),
            decay: training.recipe.isDecayDecoupled
                ? DecoupledDecay(model.parameters, decay: training.adam.weightDecay) : nil,
            clip: training.recipe.clip)
        order = SampleOrder(count: data.train.count, batch: data.batch, seed: seed, purpose: "\(data.entry)")
    }

    /// Trains one epoch, and runs `body` with the mean of its parameters.
    ///
    /// - Throws: ``HeterogeneityError`` when a loss is not finite.
    func train(_ epoch: Int, _ body: () throws -> Void) throws {
        let budget = training.budget
        let steps = data.steps(budget)
        var mean = try EpochMean(of: model.parameters)
        for done in epoch * steps..<(epoch + 1) * steps {
            step.optimiser.settings.learningRate =
                training.adam.learningRate * budget.learningRate
                * training.recipe.learningRate(at: Double(done) / Double(budget.epochs * steps))
            let batch = try data.train.batch(order.batch(done))
            do {
                try step(
                    StepInput([data.shape.name: batch.input], targets: [data.shape.name: batch.target]), done: done)
            } catch let value as NonFiniteValue {
                throw HeterogeneityError(
                    "\(data.entry): \(value), in epoch \(epoch + 1); a lower training.learning_rate may help")
            }
            try mean.add()
        }
        try mean.inPlace(body)
    }

    /// Checks that a loss is finite.
    ///
    /// - Throws: ``HeterogeneityError`` that names the epoch when it is not.
    func check(_ loss: Double, _ epoch: Int) throws {
        guard !loss.isFinite else { return }
        throw HeterogeneityError(
            "\(data.entry): the loss is \(NonFiniteValue.text(loss)) after epoch \(epoch + 1); a lower "
                + "training.learning_rate may help")
    }

    /// Returns the loss of every sample, and its most probable class or first output.
    func evaluate(_ samples: EntryData.Samples) throws -> (losses: [Double], predicted: [Double]) {
        var losses: [Double] = []
        var predicted: [Double] = []
        for start in stride(from: 0, to: samples.count, by: 64) {
            let batch = try samples.batch(Array(start..<min(start + 64, samples.count)))
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
