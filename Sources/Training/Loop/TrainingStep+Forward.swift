import HighMMT
import Torch

/// The forward pass of a step.
extension TrainingStep {
    /// Clears the gradients, and computes outputs and losses.
    ///
    /// - Throws: `ModelError` when an input does not fit; `TorchError` when memory runs out.
    func forward(
        _ inputs: [String: TaskInput], targets: [String: Tensor], dropout: FeatureDropout? = nil,
        latentDropout: FeatureDropout? = nil, weights: [String: Tensor] = [:], shares: [String: Double]? = nil
    ) throws -> Pass {
        try model.parameters.clearGradients()
        // A process without a row of the step adds nothing to its gradients.
        if inputs.isEmpty, shares != nil {
            return Pass(
                output: ModelOutput(logits: [:], heads: [:], features: [:], latents: [:], summaries: [:]), losses: [],
                total: nil)
        }
        let parts: [Part] = losses.compactMap { loss in
            guard inputs[loss.task] != nil, let target = targets[loss.task] else { return nil }
            return Part(
                loss: loss, target: target, weights: weights[loss.task],
                factor: loss.weight * (factors[loss.task] ?? 1) * (shares?[loss.task] ?? 1))
        }
        if dropout.map({ $0.share == 0 }) ?? true,
            let pass = try lossesOfHeads(inputs, parts, latentDropout: latentDropout)
        {
            return pass
        }
        let output = try model.forward(inputs, dropout: dropout, latentDropout: latentDropout, headsOnly: true)
        var losses: [(task: String, loss: Tensor)] = []
        var total: Tensor?
        for part in parts {
            guard let outputs = output.logits[part.loss.task] else { continue }
            let loss = try part.loss.mean(outputs, part.target, weights: part.weights)
            losses.append((part.loss.task, loss))
            let weighted = try loss * part.factor
            total = try total.map { try $0 + weighted } ?? weighted
        }
        return Pass(output: output, losses: losses, total: total)
    }

    /// A task of the step with its loss.
    private struct Part {
        let loss: TaskLoss
        let target: Tensor
        /// The weight of each sample, `[batch]`; `nil` weighs all alike.
        let weights: Tensor?
        /// The factor of the loss in the total.
        let factor: Double
    }

    /// Returns the pass of a step whose losses the model computes together with its heads; `nil`
    /// when it cannot.
    private func lossesOfHeads(
        _ inputs: [String: TaskInput], _ parts: [Part], latentDropout: FeatureDropout?
    ) throws -> Pass? {
        let fused = try parts.compactMap { part in
            try part.loss.objective?.fused(part.target, sampleWeights: part.weights, factor: part.factor)
        }
        guard fused.count == parts.count,
            let pass = try model.forward(
                inputs, latentDropout: latentDropout, losses: zip(parts, fused).map { ($0.loss.task, $1) })
        else { return nil }
        return Pass(
            output: pass.output, losses: zip(parts, pass.losses).map { ($0.loss.task, $1) }, total: pass.total)
    }
}
