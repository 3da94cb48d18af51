import Multimodal

extension Recipe {
    /// Twenty materials, recognised by a robot's tactile fingertip sliding over them.
    static let biotacSlide = Recipe(
        name: "biotac-slide",
        title: "twenty materials that a robot's tactile fingertip slides over",
        source: "BioTac_slide_20_50, https://github.com/dexrob/BioTac_slide_20_50, resampled to 100 steps",
        licence: "none stated",
        citation:
            "Gao, R., Taunyazov, T., Lin, Z., Wu, Y. Supervised autoencoder joint learning on heterogeneous tactile sensory "
            + "data: improving material classification performance. IROS 2020. doi:10.1109/IROS45743.2020.9341111",
        version: 2
    ) { recipe, request in
        let path = "\(request.source)/biotac_slide_resampled100.npz"
        let names = ["tactile": ["bio"], "wrench": ["cw"], "arm": ["jp", "jv", "jt", "cp", "cv"]]
        let trials = try SensorTrials(
            path: path, signals: names, columns: ["bio": 44, "cw": 6, "jp": 7, "jv": 7, "jt": 7, "cp": 7, "cv": 3],
            steps: 100, labels: "label", also: ["trial"])
        let classes = (0...19).map { "material \($0)" }
        try trials.check(classes: classes.count)
        // Consecutive trials are similar, so each split is one block of every material's trials, in
        // chronological order: 60 % for training, 20 % for validation, 20 % for test.
        let splits = SplitRows(strata: trials.labels, times: trials.numbers["trial"] ?? [], train: 0.6, valid: 0.2)
        let kinds: [String: ModalityKind] = ["tactile": .sensors, "wrench": .force, "arm": .proprioception]
        let columns = kinds.reduce(into: [String: TableColumn]()) { columns, entry in
            let range = trials.range(entry.key, tails: 0.001, of: splits.rows[.train] ?? [])
            columns[entry.key] = .arrays(
                trials.size(entry.key), entry.value, [.clamp(low: range.low, high: range.high), .patch([4])])
        }
        let texts = [
            "tactile": "44 channels of the fingertip", "wrench": "forces and torques at the wrist",
            "arm": "positions, velocities and torques of seven joints; pose and velocity of the hand",
        ]
        let tokens = columns.mapValues(\.arrayTokens)
        var description = recipe.description(
            modalities: tokens.reduce(into: [:]) { result, entry in
                result[entry.key] = entry.value.description(
                    columns[entry.key]?.kind ?? .sensors,
                    texts[entry.key, default: ""]
                        + ", each within the range of 99.8 % of the training trials' values; 4 steps a token")
            }, targets: ["material": .classification(classes)])
        let layouts = names.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        description.encoding = .files(columns, layouts: layouts)
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let source = splits.source(split, row)
                return Sample(
                    inputs: tokens.reduce(into: [:]) {
                        $0[$1.key] = $1.value.values(of: trials.values($1.key, trial: source))
                    },
                    targets: ["material": [Double(trials.labels[source])]])
            }
        ]
    }
}
