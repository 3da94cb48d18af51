import HighMMT
import Torch

/// The search for the first value of a step that is not finite.
extension TrainingStep {
    /// Checks the gradients of a step.
    ///
    /// - Throws: ``NonFiniteValue`` when one is not finite; `TorchError` when memory runs out.
    func checkGradients(_ inputs: [String: TaskInput], targets: [String: Tensor]) throws {
        let all = model.parameters.gradients
        // The sum may overflow although every gradient is finite.
        guard try !all.sum().item().isFinite, try !all.isFinite().all() else { return }
        for part in losses {
            guard let input = inputs[part.task], let target = targets[part.task] else { continue }
            _ = try gradients([part.task: input], targets: [part.task: target])
            for path in model.parameterPaths(of: [part.task]) {
                let ranges = try model.parameters.ranges(of: [path])
                let isFinite = try ranges.allSatisfy {
                    try all.narrowed(axis: 0, start: $0.lowerBound, length: $0.count).isFinite().all()
                }
                guard !isFinite else { continue }
                throw NonFiniteValue(
                    task: part.task, loss: nil, origin: "the gradient of \(path)\(streams(of: path, task: part.task))")
            }
        }
        throw NonFiniteValue(task: inputs.keys.sorted().joined(separator: ", "), loss: nil, origin: nil)
    }

    /// Returns the first value that is not finite on the way from the inputs of a task to its loss;
    /// `nil` when only the loss is.
    ///
    /// - Throws: `ModelError` when the input does not fit; `TorchError` when memory runs out.
    func origin(of task: String, _ input: TaskInput, target: Tensor) throws -> String? {
        try withoutGradients {
            for path in model.parameterPaths(of: [task])
            where try !model.parameters.parameter(path).isFinite().all() {
                return "parameter \(path)\(streams(of: path, task: task))"
            }
            for (modality, stream) in input.streams.sorted(by: { $0.key < $1.key })
            where try !Self.readValues(of: stream).isFinite().all() {
                return "the input of stream \(task)/\(modality)"
            }
            if try !target.isFinite().all() { return "the target" }
            let output = try model.forward(
                [task: input], dropout: nil, latentDropout: nil, headsOnly: true)
            for (stream, latents) in output.latents.sorted(by: { "\($0.key)" < "\($1.key)" })
            where try !latents.tensor().isFinite().all() {
                return "the latents of stream \(stream)"
            }
            if let features = output.features[task], try !features.isFinite().all() { return "the input of the head" }
            if let logits = output.logits[task], try !logits.isFinite().all() { return "the output of the head" }
            return nil
        }
    }

    /// Returns the values of a stream with zeros in the tokens that are not read.
    private static func readValues(of stream: StreamInput) throws -> Tensor {
        guard let mask = stream.mask else { return stream.data }
        return try stream.data.filled(where: mask.reshaped(mask.shape + [1]).logicalNot(), with: 0)
    }

    /// Returns the streams of a task that use a parameter, for a message.
    private func streams(of path: String, task name: String) -> String {
        guard let task = model.tasks.first(where: { $0.name == name }) else { return "" }
        guard let sharing = (model as? HighMMTModel)?.sharing else { return "" }
        let streams = task.streams.filter { path.hasPrefix("encoder.\(sharing.group(of: $0)).") }.map { "\($0)" }
        let pairs = task.pairs.filter { path.hasPrefix("crossmodal.\(sharing.group(of: $0)).") }.map { "\($0)" }
        let users = streams + pairs
        return users.isEmpty ? "" : " (used by \(users.joined(separator: ", ")))"
    }
}
