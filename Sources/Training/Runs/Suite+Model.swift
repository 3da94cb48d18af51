import HighMMT
import Multimodal

extension Suite {
    /// Returns the shapes of tasks, with the encodings of the suite.
    ///
    /// - Parameters:
    ///   - tasks: The opened tasks.
    ///   - keptPairs: The names `task/first+second` of the pairs in the crossmodal block; `nil`
    ///     keeps all.
    public func taskShapes(of tasks: [OpenedTask], keptPairs: [String]? = nil) -> [TaskShape] {
        tasks.map { task in
            let modalities = task.modalities.compactMap { name in
                task.description(of: name).map { description in
                    let encoding = encoding(
                        dataset: task.task.dataset, modality: name, description: description)
                    return ModalityShape(
                        name: name, identity: encoding.identity, axes: description.axes.count,
                        channels: description.channels, frequencyBands: encoding.frequencyBands,
                        maxFrequency: encoding.maxFrequency, frequencyBase: encoding.frequencyBase,
                        hasPositions: encoding.hasPositions)
                }
            }
            let kept = keptPairs?.filter { $0.hasPrefix("\(task.name)/") }.sorted()
            return TaskShape(
                name: task.name, modalities: modalities, outputs: task.target.outputs, keptPairs: kept)
        }
    }

    /// Returns the sizes of the model. The token width fits every task of the suite, including
    /// those for transfer.
    public func modelConfiguration(for tasks: [TaskShape]) -> ModelConfiguration {
        let settings = model
        let identity: ModelConfiguration.Identity =
            switch settings.identity {
            case .learned: .learned(width: settings.identityWidth)
            case .oneHot: .oneHot
            case .none: .none
            }
        let identities = Set(tasks.flatMap { $0.modalities.map(\.identity) }).count
        let widest = tasks.flatMap(\.modalities).map(\.inputWidth).max() ?? 1
        return ModelConfiguration(
            latents: settings.latents, width: settings.width, depth: settings.depth,
            crossmodalDepth: settings.crossmodal.depth,
            encoder: .init(cross: settings.encoder.crossHeads, latent: settings.encoder.selfHeads),
            crossmodal: .init(cross: settings.crossmodal.crossHeads, latent: settings.crossmodal.selfHeads),
            headWidth: settings.headWidth, identity: identity, tiesLayers: settings.tieLayers,
            tokenWidth: max(settings.tokenWidth ?? 0, widest + identity.width(modalities: identities)),
            crossHeadWidth: settings.crossHeadWidth, selfAttentions: settings.selfAttentions,
            hasPlainFeedForward: settings.plainFeedForward, poolsLatents: settings.poolLatents)
    }

    /// The groups of stage 1. Unnamed streams and pairs share group 0.
    public var sharing: Sharing {
        func numbered(_ groups: [String: String]) -> [String: Int] {
            let names = Set(groups.values)
            if names.allSatisfy({ Int($0).map { $0 >= 0 } ?? false }) { return groups.compactMapValues { Int($0) } }
            let order = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0 + 1) })
            return groups.compactMapValues { order[$0] }
        }
        guard let groups = model.groups else { return .all }
        return Sharing(encoders: numbered(groups.encoders), crossmodal: numbered(groups.crossmodal))
    }
}
