import Torch

extension [TaskShape] {
    /// Checks the inputs of a step.
    ///
    /// - Throws: ``ModelError`` with the name of the task or stream that does not fit.
    package func validate(_ inputs: [String: TaskInput], learnsPlaceholders: Bool) throws {
        guard !inputs.isEmpty else { throw ModelError("the step has no task") }
        for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
            guard let task = first(where: { $0.name == name }) else {
                throw ModelError("the model has no task '\(name)'; it has \(map(\.name).joined(separator: ", "))")
            }
            guard input.count > 0 else { throw ModelError("the batch of task '\(name)' is empty") }
            for (modalityName, stream) in input.streams.sorted(by: { $0.key < $1.key }) {
                guard let modality = task.modalities.first(where: { $0.name == modalityName }) else {
                    throw ModelError("task '\(name)' has no modality '\(modalityName)'")
                }
                try validate(stream, modality, ModalityStream(task: name, modality: modalityName), samples: input.count)
            }
            guard !learnsPlaceholders else { continue }
            for modality in task.modalities {
                guard let sample = input.presence(of: modality.name).firstIndex(of: false) else { continue }
                throw ModelError(
                    "sample \(sample) of the batch lacks stream \(name)/\(modality.name), and this model has no "
                        + "placeholders for missing modalities")
            }
        }
    }

    private func validate(
        _ input: StreamInput, _ modality: ModalityShape, _ stream: ModalityStream, samples: Int
    ) throws {
        let shape = input.data.shape
        guard shape.count == modality.axes + 2, shape.first == samples, shape.last == modality.channels,
            shape.allSatisfy({ $0 > 0 })
        else {
            throw ModelError(
                "the input of stream \(stream) has shape \(shape); expected \(samples) samples, \(modality.axes) axes, "
                    + "and \(modality.channels) channels")
        }
        if let mask = input.mask, mask.shape != [Int](shape.dropLast()) {
            throw ModelError(
                "the mask of stream \(stream) has shape \(mask.shape); expected \([Int](shape.dropLast()))")
        }
        if let present = input.present, present.count != samples {
            throw ModelError(
                "the presence flags of stream \(stream) cover \(present.count) samples; expected \(samples)")
        }
    }
}
