extension Recipe {
    /// Letters of the Italian sign alphabet, from an armband.
    static let signLanguage = Recipe(
        name: "sign-language",
        title: "26 letters of the Italian sign alphabet, from muscles and movement of the forearm",
        source: "Pacifici et al. 2020, recordings with a Myo armband",
        licence: "for research and education",
        citation:
            "Pacifici, I., Sernani, P., Falcionelli, N., Tomassini, S., Dragoni, A. F. A surface electromyography and inertial "
            + "measurement unit dataset for the Italian Sign Language alphabet. Data in Brief 33, 2020. "
            + "doi:10.1016/j.dib.2020.106455"
    ) { recipe, request in
        let trials = try SensorTrials(
            path: "\(request.source)/lis_emg_imu.npz",
            signals: ["emg": ["emg"], "imu": ["imu"]],
            columns: ["emg": 8, "imu": 10],
            steps: 400,
            stepsPerToken: 8,
            labels: "label"
        )
        let classes = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
        try trials.check(classes: classes.count)
        let splits = SplitRows(strata: trials.labels, valid: 0.2, test: 0.2, purpose: recipe.name)
        let description = recipe.description(
            modalities: [
                "emg": trials.description("emg", kind: .sensors, "electric activity of the muscles, eight electrodes"),
                "imu": trials.description(
                    "imu",
                    kind: .proprioception,
                    "orientation, acceleration and angular velocity of the forearm"
                ),
            ],
            targets: ["letter": .classification(classes)]
        )
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let source = splits.source(split, row)
                return Sample(
                    inputs: ["emg": trials.values("emg", trial: source), "imu": trials.values("imu", trial: source)],
                    targets: ["letter": [Double(trials.labels[source])]]
                )
            }
        ]
    }
}
