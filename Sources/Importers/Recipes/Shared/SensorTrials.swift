import Multimodal

/// Trials of equal length, recorded simultaneously by several sensors, from one `.npz` file.
struct SensorTrials {
    private struct Signal {
        let values: [Float]
        let columns: Int
    }

    let path: String
    /// The class of each trial.
    let labels: [Int]
    /// Additional integers of each trial, by array name.
    let numbers: [String: [Int]]
    private let modalities: [String: [Signal]]
    private let steps: Int

    /// Reads the trials of a file.
    ///
    /// - Parameters:
    ///   - signals: For each modality, the names of its arrays `[N, steps, columns]`.
    ///   - columns: The number of columns of each array.
    ///   - steps: Steps of a trial.
    ///   - labels: The name of the array of classes.
    ///   - also: Names of further arrays with one integer per trial.
    /// - Throws: `FileError` when the file cannot be read; `ReaderError`, naming file and array,
    ///   for a missing array, another shape or a number that is not finite.
    init(
        path: String,
        signals: [String: [String]],
        columns: [String: Int],
        steps: Int,
        labels: String,
        also: [String] = []
    ) throws {
        self.path = path
        self.steps = steps
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

    /// Returns the central range of each column's values in some trials.
    ///
    /// Without clamping to it, a single sensor fault would dominate the standard deviation of its
    /// column and flatten everything else the sensor measured.
    ///
    /// - Parameters:
    ///   - tails: The share of values below the range, and the share above it.
    ///   - chosen: The trials that determine the range, which are those for training.
    func range(_ modality: String, tails: Double, of chosen: [Int]) -> (low: [Double], high: [Double]) {
        let trials = chosen.map { values(modality, trial: $0) }
        let ranges = (0..<columns(modality)).map { column in
            let sorted = trials.flatMap { trial in
                stride(from: column, to: trial.count, by: columns(modality)).map { Double(trial[$0]) }
            }
            .sorted()
            let outside = Int((Double(sorted.count) * tails).rounded(.down))
            return sorted.isEmpty ? (-1e18, 1e18) : (sorted[outside], sorted[sorted.count - 1 - outside])
        }
        return (ranges.map(\.0), ranges.map(\.1))
    }

    /// Returns the shape of a trial, `[steps, columns]`.
    func size(_ modality: String) -> [Int] { [steps, columns(modality)] }

    private func columns(_ modality: String) -> Int { modalities[modality, default: []].reduce(0) { $0 + $1.columns } }

    /// Returns the values of a trial, `[steps, columns]`.
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
