import HighMMT
import Multimodal

/// How a suite's words become the model's.
public enum SuiteModel {
    /// The shapes of tasks, encoded as the suite says.
    ///
    /// - Parameter keptPairs: the names `task/first+second` of the pairs that meet; all when nothing is given.
    public static func shapes(
        of tasks: [OpenedTask], in suite: Suite, keptPairs: [String]? = nil
    ) -> [TaskShape] {
        tasks.map { task in
            let modalities = task.modalities.compactMap { name in
                task.description(of: name).map { description in
                    let encoding = suite.encoding(
                        dataset: task.task.dataset, modality: name, description: description)
                    return ModalityShape(
                        name: name, identity: encoding.identity, axes: description.axes.count,
                        channels: description.channels, frequencyBands: encoding.frequencyBands,
                        maxFrequency: encoding.maxFrequency, frequencyBase: encoding.frequencyBase,
                        hasPositions: encoding.hasPositions)
                }
            }
            let own = keptPairs?.filter { $0.hasPrefix("\(task.name)/") }.sorted()
            return TaskShape(
                name: task.name, modalities: modalities, outputs: task.target.outputs, keptPairs: own)
        }
    }

    /// The sizes of the model. Tokens are wide enough for every task of the suite, those for transfer included.
    public static func configuration(of suite: Suite, tasks: [TaskShape]) -> ModelConfiguration {
        let settings = suite.model
        let identity: ModelConfiguration.Identity =
            settings.identity == .oneHot ? .oneHot : .learned(width: settings.identityWidth)
        let identities = Set(tasks.flatMap { $0.modalities.map(\.identity) }).count
        let widest = tasks.flatMap(\.modalities).map(\.inputWidth).max() ?? 1
        return ModelConfiguration(
            latents: settings.latents, width: settings.width, depth: settings.depth,
            crossmodalDepth: settings.crossmodal.depth,
            encoder: .init(cross: settings.encoder.crossHeads, latent: settings.encoder.selfHeads),
            crossmodal: .init(cross: settings.crossmodal.crossHeads, latent: settings.crossmodal.selfHeads),
            headWidth: settings.headWidth, identity: identity, tiesLayers: settings.tieLayers,
            tokenWidth: widest + identity.width(modalities: identities))
    }

    /// Whether samples of the tasks may lack a modality, in the data or by `ModalityDropout`, so that a model must learn what
    /// stands in its place.
    public static func hasGaps(_ tasks: [OpenedTask]) -> Bool {
        tasks.contains { task in
            if task.modalityDropout > 0, task.modalities.count > 1 { return true }
            return task.modalities.contains { modality in
                Split.allCases.contains { task.dataset.rows(of: $0).hasPresence(modality) }
            }
        }
    }

    /// The groups of a suite. Streams and pairs that are not named share group 0.
    public static func sharing(of suite: Suite) -> Sharing {
        func numbered(_ groups: [String: String]) -> [String: Int] {
            let names = Set(groups.values)
            if names.allSatisfy({ Int($0).map { $0 >= 0 } ?? false }) { return groups.compactMapValues { Int($0) } }
            let order = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0 + 1) })
            return groups.compactMapValues { order[$0] }
        }
        guard let groups = suite.model.groups else { return .all }
        return Sharing(encoders: numbered(groups.encoders), crossmodal: numbered(groups.crossmodal))
    }
}
