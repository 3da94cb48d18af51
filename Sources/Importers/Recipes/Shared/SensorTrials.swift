import Multimodal

/// Trials of equal length, recorded simultaneously by several sensors, from one `.npz` file.
struct SensorTrials {
    private struct Signal {
        var values: [Float]
        let columns: Int
    }

    let path: String
    /// The class of each trial.
    let labels: [Int]
    /// Additional integers of each trial, by array name.
    let numbers: [String: [Int]]
    private var modalities: [String: [Signal]]
    private let steps: Int
    private let stepsPerToken: Int

    /// Reads the trials of a file.
    ///
    /// - Parameters:
    ///   - signals: For each modality, the names of its arrays `[N, steps, columns]`.
    ///   - columns: The number of columns of each array.
    ///   - steps: Steps of a trial.
    ///   - stepsPerToken: Steps of a token, a divisor of `steps`.
    ///   - labels: The name of the array of classes.
    ///   - also: Names of further arrays with one integer per trial.
    /// - Throws: `FileError` when the file cannot be read; `ReaderError`, naming file and array,
    ///   for a missing array, another shape or a number that is not finite.
    init(
        path: String,
        signals: [String: [String]],
        columns: [String: Int],
        steps: Int,
        stepsPerToken: Int,
        labels: String,
        also: [String] = []
    ) throws {
        self.path = path
        self.steps = steps
        self.stepsPerToken = stepsPerToken
        let arrays = try NpzReader.arrays(path: path, names: signals.values.flatMap { $0 } + [labels] + also)
        func integers(_ name: String) throws -> [Int] {
            guard let array = arrays[name], array.shape.count == 1, let numbers = array.integers() else {
                throw ReaderError(file: path, reason: "'\(name)': expected one integer per trial")
            }
            return numbers.map { Int($0) }
        }
        let classes = try integers(labels)
        self.labels = classes
        numbers = try also.reduce(into: [:]) { $0[$1] = try integers($1) }
        for (name, values) in numbers where values.count != classes.count {
            throw ReaderError(
                file: path, reason: "'\(name)': \(values.count) numbers, expected \(classes.count), one per trial")
        }
        modalities = try signals.mapValues { names in
            try names.map { name in
                let width = columns[name] ?? 1
                let shape = [classes.count, steps, width]
                guard let array = arrays[name], array.shape == shape, let values = array.floats() else {
                    throw ReaderError(
                        file: path, reason: "'\(name)': shape \(arrays[name]?.shape ?? []), expected \(shape)")
                }
                guard values.allSatisfy(\.isFinite) else {
                    throw ReaderError(file: path, reason: "'\(name)': expected finite numbers")
                }
                return Signal(values: values, columns: width)
            }
        }
    }

    /// Checks that every label is in `0..<classes`.
    ///
    /// - Throws: `ReaderError` naming the first row with another label.
    func check(classes: Int) throws {
        if let row = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
            throw ReaderError(file: path, reason: "label \(labels[row]) of row \(row), expected 0…\(classes - 1)")
        }
    }

    /// Clamps each column of all trials to a central range of its values in the training trials.
    ///
    /// Without clamping, a single sensor fault would dominate the standard deviation of its column
    /// and flatten everything else the sensor measured.
    ///
    /// - Parameters:
    ///   - tails: The share of values below the range, and the share above it.
    ///   - chosen: The trials that determine the range, which are those for training.
    mutating func clamp(tails: Double, of chosen: [Int]) {
        guard !chosen.isEmpty else { return }
        for name in modalities.keys {
            for index in modalities[name, default: []].indices {
                guard var signal = modalities[name]?[index] else { continue }
                let ranges = (0..<signal.columns).map { column in
                    let sorted = chosen.flatMap { trial in
                        (trial * steps..<(trial + 1) * steps).map { signal.values[$0 * signal.columns + column] }
                    }
                    .sorted()
                    let outside = Int((Double(sorted.count) * tails).rounded(.down))
                    return sorted[outside]...sorted[sorted.count - 1 - outside]
                }
                for place in signal.values.indices {
                    let range = ranges[place % signal.columns]
                    signal.values[place] = min(max(signal.values[place], range.lowerBound), range.upperBound)
                }
                modalities[name]?[index] = signal
            }
        }
    }

    /// Describes a modality: its tokens, channels and patch length.
    func description(_ modality: String, kind: ModalityKind, _ text: String) -> ModalityDescription {
        let columns = modalities[modality, default: []].reduce(0) { $0 + $1.columns }
        return ModalityDescription(
            kind: kind, axes: [steps / stepsPerToken], channels: columns * stepsPerToken,
            patch: stepsPerToken > 1 ? [stepsPerToken] : nil, description: "\(text); \(stepsPerToken) steps a token")
    }

    /// Returns the values of a trial, `[tokens, stepsPerToken × columns]`.
    func values(_ modality: String, trial: Int) -> [Float] {
        let signals = modalities[modality, default: []]
        var result: [Float] = []
        for step in 0..<steps {
            for signal in signals {
                let start = (trial * steps + step) * signal.columns
                result.append(contentsOf: signal.values[start..<start + signal.columns])
            }
        }
        return result
    }
}
