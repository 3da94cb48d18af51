import Foundation
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
            columns: ["emg": SignTokens.electrodes, "imu": SignTokens.movements],
            steps: SignTokens.steps * SignTokens.count, stepsPerToken: 1, labels: "label")
        let classes = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
        try trials.check(classes: classes.count)
        let splits = SplitRows(strata: trials.labels, valid: 0.2, test: 0.2, purpose: "\(recipe.name)/by letter")
        let description = recipe.description(
            modalities: [
                "emg": ModalityDescription(
                    kind: .sensors, axes: [SignTokens.count], channels: 2 * SignTokens.electrodes,
                    description: "of eight electrodes in eight steps: log(1 + mean size), log(1 + mean size of change)"),
                "imu": ModalityDescription(
                    kind: .proprioception, axes: [SignTokens.count], channels: 2 * SignTokens.movements,
                    description:
                        "of angular velocity, acceleration and orientation in eight steps: mean, log(1 + deviation)"),
            ], targets: ["letter": .classification(classes)])
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let source = splits.source(split, row)
                return Sample(
                    inputs: [
                        "emg": SignTokens.activity(trials.values("emg", trial: source)),
                        "imu": SignTokens.movement(trials.values("imu", trial: source)),
                    ], targets: ["letter": [Double(trials.labels[source])]])
            }
        ]
    }
}

/// Summarises eight steps of the armband as one token.
///
/// The amplitude of a muscle's voltage is informative; its sign at one moment is not.
private enum SignTokens {
    static let electrodes = 8
    static let movements = 10
    static let steps = 8
    static let count = 50

    /// Returns the mean absolute value and waveform length of each electrode as log(1 + x),
    /// `[tokens, 2 × electrodes]`.
    ///
    /// Source: Hudgins et al. 1993, doi:10.1109/10.204774.
    static func activity(_ values: [Float]) -> [Float] {
        tokens(values, columns: electrodes) { step, column in
            let value = values[step * electrodes + column]
            let previous = step > 0 ? values[(step - 1) * electrodes + column] : value
            return (abs(value), abs(value - previous))
        } finish: {
            (log1p($0), log1p($1))
        }
    }

    /// Returns the mean and log(1 + standard deviation) of each channel, `[tokens, 2 × movements]`.
    static func movement(_ values: [Float]) -> [Float] {
        tokens(values, columns: movements) { step, column in
            let value = values[step * movements + column]
            return (value, value * value)
        } finish: { mean, square in
            (mean, log1p(max(0, square - mean * mean).squareRoot()))
        }
    }

    private static func tokens(
        _ values: [Float],
        columns: Int,
        of terms: (_ step: Int, _ column: Int) -> (Float, Float),
        finish: (Float, Float) -> (Float, Float)
    ) -> [Float] {
        (0..<count).flatMap { token in
            let pairs = (0..<columns).map { column in
                var sums: (Float, Float) = (0, 0)
                for step in token * steps..<(token + 1) * steps {
                    let term = terms(step, column)
                    sums = (sums.0 + term.0, sums.1 + term.1)
                }
                return finish(sums.0 / Float(steps), sums.1 / Float(steps))
            }
            return pairs.map(\.0) + pairs.map(\.1)
        }
    }
}
