import Torch

extension HighMMTModel {
    /// Checks the names and sizes of the tasks.
    ///
    /// - Throws: ``ModelError`` with the task and, where it concerns one, the modality.
    package static func validate(_ tasks: [TaskShape]) throws {
        guard !tasks.isEmpty else { throw ModelError("the model has no task") }
        var names: Set<String> = []
        for task in tasks {
            guard names.insert(task.name).inserted else { throw ModelError("task '\(task.name)' is named twice") }
            guard (1...ModalityShape.largestWidth).contains(task.outputs) else {
                throw ModelError(
                    "task '\(task.name)' has \(task.outputs) outputs; expected 1 to \(ModalityShape.largestWidth)")
            }
            guard !task.modalities.isEmpty else { throw ModelError("task '\(task.name)' has no modality") }
            let paired = Set(task.pairs.map(\.query))
            if task.modalities.count > 1, let unpaired = task.streams.first(where: { !paired.contains($0) }) {
                throw ModelError(
                    "stream \(unpaired) is in none of the kept pairs of task '\(task.name)'; expected at least one")
            }
            var modalities: Set<String> = []
            for modality in task.modalities {
                guard modalities.insert(modality.name).inserted else {
                    throw ModelError("task '\(task.name)' has modality '\(modality.name)' twice")
                }
                try validate(modality)
            }
        }
    }

    private static func validate(_ modality: ModalityShape) throws {
        guard (1...8).contains(modality.axes), (1...ModalityShape.largestWidth).contains(modality.channels) else {
            throw ModelError(
                "modality '\(modality.name)' has \(modality.axes) axes and \(modality.channels) channels; "
                    + "expected 1 to 8 axes and 1 to \(ModalityShape.largestWidth) channels")
        }
        if let summary = modality.summary {
            let isSound =
                (1...ModalityShape.largestWidth).contains(summary.width)
                && (1...modality.channels).contains(summary.places) && modality.channels % summary.places == 0
                && summary.cells.count == modality.axes && summary.cells.allSatisfy { (1...65_536).contains($0) }
                && summary.pieces.map {
                    (1...summary.width).contains($0.statistics)
                        && (1...SummaryShape.mostIntervals).contains($0.intervals)
                } ?? true
            guard isSound else {
                throw ModelError("modality '\(modality.name)' has a summary that does not fit its tokens")
            }
        }
        guard (0...65_536).contains(modality.frequencyBands) else {
            throw ModelError(
                "modality '\(modality.name)' has \(modality.frequencyBands) frequency bands; expected 0 to 65536")
        }
        guard modality.maxFrequency > 0, modality.maxFrequency.isFinite, modality.frequencyBase > 0,
            modality.frequencyBase.isFinite, modality.frequencyBase != 1
        else {
            throw ModelError(
                "modality '\(modality.name)' needs a positive maximum frequency and a positive base other than 1")
        }
    }

    /// Returns the modality identities in the given order, or sorted by name for `nil`.
    ///
    /// - Throws: ``ModelError`` when the order contains an identity twice or lacks one of the
    ///   tasks.
    static func order(_ names: [String]?, tasks: [TaskShape]) throws -> [String] {
        let used = Set(tasks.flatMap { $0.modalities.map(\.identity) })
        guard let names else { return used.sorted() }
        guard Set(names).count == names.count, used.isSubset(of: names) else {
            throw ModelError("the order of modality identities must contain each identity of the tasks exactly once")
        }
        return names
    }

    /// Returns the aliases that tie the layers of every encoder and crossmodal block.
    ///
    /// Layers after the second use the cross-attention of the second layer and the feed-forward
    /// block behind it. With several self-attentions per layer, all but the first are those of the
    /// first layer (`weight_tie_layers` in the public implementation).
    static func ties(among paths: [String]) -> [String: String] {
        var ties: [String: String] = [:]
        for path in paths {
            let parts = path.split(separator: ".").map(String.init)
            guard parts.count > 4, parts[2] == "layer", let layer = Int(parts[3]) else { continue }
            let isCross = parts[4] == "cross_attention" || parts[4] == "cross_feed_forward"
            let original = isCross ? 1 : 0
            guard layer > original, isCross || LatentTransformer.isAdditional(parts[4]) else { continue }
            ties[path] = (parts[0...2] + ["\(original)"] + parts[4...]).joined(separator: ".")
        }
        return ties
    }

    /// Returns the identity vector of each modality in use, `[identity width]`.
    static func identities(
        _ names: [String], tasks: [TaskShape], _ configuration: ModelConfiguration, _ parameters: ParameterStore
    ) throws -> [String: Tensor] {
        var identities: [String: Tensor] = [:]
        let used = Set(tasks.flatMap { $0.modalities.map(\.identity) })
        for (index, name) in names.enumerated() where used.contains(name) {
            switch configuration.identity {
            case .learned: identities[name] = try parameters.parameter("identity.\(name)")
            case .oneHot:
                let row = names.indices.map { Float($0 == index ? 1 : 0) }
                identities[name] = try Tensor(row, shape: [names.count]).to(device: parameters.device)
            case .none: identities[name] = try Tensor.zeros([0], device: parameters.device)
            }
        }
        return identities
    }
}

extension ModelConfiguration.Identity {
    /// Returns the width of an identity vector.
    ///
    /// - Parameter modalities: The number of distinct identities.
    public func width(modalities: Int) -> Int {
        switch self {
        case .oneHot: modalities
        case .learned(let width): width
        case .none: 0
        }
    }
}
