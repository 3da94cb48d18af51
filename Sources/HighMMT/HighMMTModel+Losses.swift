import Torch

/// Heads and losses of all tasks in one pass.
extension HighMMTModel {
    /// Runs the tasks of a step together with their losses.
    ///
    /// `nil` when a part of the step has no fused form: another device, composed arithmetic, pooled
    /// latents, samples that lack a modality, a task without a loss, or a target of another type or
    /// shape than the loss expects.
    ///
    /// - Throws: As ``forward(_:dropout:latentDropout:headsOnly:)``.
    public func forward(
        _ inputs: [String: TaskInput], latentDropout: FeatureDropout?,
        losses: [(task: String, loss: FusedBlocks.Loss)]
    ) throws -> (output: ModelOutput, losses: [Tensor], total: Tensor)? {
        guard isFused, configuration.poolsLatents != true, !losses.isEmpty, losses.count == inputs.count,
            Set(losses.map(\.task)) == Set(inputs.keys)
        else { return nil }
        try tasks.validate(inputs, learnsPlaceholders: configuration.learnsPlaceholders)
        let plan = try plan(inputs)
        var parts: [(task: String, rows: FusedBlocks.HeadRows, head: TaskHead, loss: FusedBlocks.Loss)] = []
        for (task, loss) in losses {
            guard let rows = plan.headRows[task], let head = heads[task], let input = inputs[task],
                loss.fits(samples: input.count, outputs: head.outputs)
            else { return nil }
            parts.append((task, rows, head, loss))
        }
        let encoded = try encode(inputs, plan: plan, latentDropout: latentDropout)
        let pass = try FusedBlocks.losses(
            of: parts.map { $0.head.fused($0.rows, loss: $0.loss) }, latents: encoded.stack, results: encoded.results)
        var output = ModelOutput(logits: [:], heads: [:], features: [:], latents: encoded.latents)
        for (part, result) in zip(parts, pass.heads) {
            output.heads[part.task] = result.outputs
            output.features[part.task] = result.features
        }
        output.logits = output.heads
        return (output, pass.heads.map(\.loss), pass.total)
    }
}

extension FusedBlocks.Loss {
    /// Returns true when the target has the type and shape that the criterion expects.
    fileprivate func fits(samples: Int, outputs: Int) -> Bool {
        let isClass = criterion == .crossEntropy
        return target.dtype == (isClass ? .int64 : .float32) && target.device == .cpu && target.isContiguous
            && target.shape == (isClass ? [samples] : [samples, outputs])
    }
}
