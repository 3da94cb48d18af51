import Multimodal

extension Recipe {
    /// Letters of the Italian sign-language alphabet, recorded by an armband.
    static let signLanguage = Recipe(
        name: "sign-language",
        title: "26 letters of the Italian sign-language alphabet, from EMG and motion of the forearm",
        source: "Pacifici et al. 2020, recordings with a Myo armband",
        licence: "for research and education",
        citation:
            "Pacifici, I., Sernani, P., Falcionelli, N., Tomassini, S., Dragoni, A. F. A surface electromyography and inertial "
            + "measurement unit dataset for the Italian Sign Language alphabet. Data in Brief 33, 2020. "
            + "doi:10.1016/j.dib.2020.106455",
        version: 2
    ) { recipe, request in
        let trials = try SensorTrials(
            path: "\(request.source)/lis_emg_imu.npz", signals: ["emg": ["emg"], "imu": ["imu"]],
            columns: ["emg": 8, "imu": 10], steps: 400, labels: "label")
        let classes = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
        try trials.check(classes: classes.count)
        let splits = SplitRows(strata: trials.labels, valid: 0.2, test: 0.2, purpose: "\(recipe.name)/by letter")
        // The amplitude of a muscle's voltage is informative; its sign at one moment is not.
        let columns: [String: TableColumn] = [
            "emg": .arrays(
                trials.size("emg"), .sensors, [.summarise(steps: 8, statistics: [.logSize, .logChange])]),
            "imu": .arrays(
                trials.size("imu"), .proprioception, [.summarise(steps: 8, statistics: [.mean, .logDeviation])]),
        ]
        let tokens = columns.mapValues(\.arrayTokens)
        let texts = [
            "emg": "of eight electrodes in eight steps: log(1 + mean size), log(1 + mean size of change)",
            "imu": "of angular velocity, acceleration and orientation in eight steps: mean, log(1 + deviation)",
        ]
        var description = recipe.description(
            modalities: tokens.reduce(into: [:]) { result, entry in
                result[entry.key] = entry.value.description(
                    columns[entry.key]?.kind ?? .sensors, texts[entry.key, default: ""])
            }, targets: ["letter": .classification(classes)])
        let layouts = columns.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        description.encoding = .files(columns, layouts: layouts)
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let source = splits.source(split, row)
                return Sample(
                    inputs: tokens.reduce(into: [:]) {
                        $0[$1.key] = $1.value.values(of: trials.values($1.key, trial: source))
                    }, targets: ["letter": [Double(trials.labels[source])]])
            }
        ]
    }
}
