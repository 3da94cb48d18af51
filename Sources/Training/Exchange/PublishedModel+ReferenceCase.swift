import HighMMT
import Multimodal

extension PublishedModel {
    /// Takes the model of a reference case.
    public init(_ reference: ReferenceCase) {
        let sizes = reference.description.workload.configuration
        self.init(
            file: "\(reference.folder)/weights.safetensors", weights: reference.weights,
            modalities: reference.description.modalities.map {
                ModalityShape(
                    name: $0.name, axes: $0.axes, channels: $0.channels, frequencyBands: $0.frequencyBands,
                    maxFrequency: $0.maxFrequency, frequencyBase: $0.frequencyBase)
            }, encoder: .init(cross: sizes.crossHeads, latent: sizes.latentHeads),
            crossmodal: .init(cross: sizes.crossmodalCrossHeads, latent: sizes.latentHeads))
        poolsLatents = sizes.poolsLatents == true
    }

    /// Returns the heads of a reference case, in their order.
    public static func heads(of reference: ReferenceCase) -> [Head] {
        reference.taskNames.compactMap { name in
            guard let task = reference.description.tasks[name] else { return nil }
            var axes: [String: [Int]] = [:]
            for modality in task.modalities.keys {
                axes[modality] = Array((reference.inputs["\(name)/\(modality)"]?.shape ?? []).dropFirst().dropLast())
            }
            let kinds: [String: TargetKind] = [
                "binary cross entropy": .multilabel, "mean squared error": .regression,
            ]
            return Head(task: name, axes: axes, kind: kinds[task.loss ?? ""] ?? .classification)
        }
    }
}
