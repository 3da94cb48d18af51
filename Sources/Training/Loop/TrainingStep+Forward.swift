import HighMMT
import Torch

/// The forward pass of a step.
extension TrainingStep {
    /// Clears the gradients, and computes outputs and losses.
    ///
    /// - Throws: `ModelError` when an input does not fit; `TorchError` when memory runs out.
    func forward(_ input: StepInput) throws -> Pass {
        try model.parameters.clearGradients()
        // A process without a row of the step adds nothing to its gradients.
        if input.inputs.isEmpty, input.shares != nil {
            return Pass(
                output: ModelOutput(logits: [:], heads: [:], features: [:], latents: [:], summaries: [:]), losses: [],
                total: nil)
        }
        let parts: [Part] = losses.compactMap { loss in
            guard input.inputs[loss.task] != nil, let target = input.targets[loss.task] else { return nil }
            return Part(
                loss: loss, target: target, weights: input.weights[loss.task],
                factor: loss.weight * (factors[loss.task] ?? 1) * (input.shares?[loss.task] ?? 1))
        }
        if input.dropout.map({ $0.share == 0 }) ?? true, let pass = try lossesOfHeads(input, parts) {
            return pass
        }
        let output = try model.forward(
            input.inputs, dropout: input.dropout, latentDropout: input.latentDropout, headsOnly: true)
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
    private func lossesOfHeads(_ input: StepInput, _ parts: [Part]) throws -> Pass? {
        let fused = try parts.compactMap { part in
            try part.loss.objective?.fused(part.target, sampleWeights: part.weights, factor: part.factor)
        }
        guard fused.count == parts.count,
            let pass = try model.forward(
                input.inputs, latentDropout: input.latentDropout, losses: zip(parts, fused).map { ($0.loss.task, $1) })
        else { return nil }
        return Pass(
            output: pass.output, losses: zip(parts, pass.losses).map { ($0.loss.task, $1) }, total: pass.total)
    }
}
