import Multimodal

/// Trials of the same length, recorded by several sensors side by side, from one `.npz` file.
struct SensorTrials {
    private struct Signal {
        var values: [Float]
        let columns: Int
    }

    let path: String
    /// Class of each trial.
    let labels: [Int]
    /// Further numbers of each trial.
    let numbers: [String: [Int]]
    private var modalities: [String: [Signal]]
    private let steps: Int
    private let stepsPerToken: Int

    /// - Parameters:
    ///   - signals: for each modality, the arrays `[N, steps, columns]` that it consists of.
    ///   - columns: columns of each array.
    ///   - stepsPerToken: steps that make a token, a divisor of `steps`.
    ///   - labels: the array of classes.
    ///   - also: further arrays of one integer for each trial.
    /// - Throws: `FileError`, or `ReaderError` naming file and array.
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
                throw ReaderError(file: path, reason: "'\(name)': expected one integer for each trial")
            }
            return numbers.map { Int($0) }
        }
        let own = try integers(labels)
        self.labels = own
        numbers = try also.reduce(into: [:]) { $0[$1] = try integers($1) }
        for (name, values) in numbers where values.count != own.count {
            throw ReaderError(file: path, reason: "'\(name)': \(values.count) numbers, expected \(own.count)")
        }
        modalities = try signals.mapValues { names in
            try names.map { name in
                let width = columns[name] ?? 1
                guard let array = arrays[name], array.shape == [own.count, steps, width], let values = array.floats()
                else {
                    throw ReaderError(
                        file: path,
                        reason: "'\(name)': shape \(arrays[name]?.shape ?? []), expected \([own.count, steps, width])"
                    )
                }
                guard values.allSatisfy(\.isFinite) else {
                    throw ReaderError(file: path, reason: "'\(name)': expected finite numbers")
                }
                return Signal(values: values, columns: width)
            }
        }
    }

    /// - Throws: `ReaderError` when a label is none of so many classes.
    func check(classes: Int) throws {
        if let row = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
            throw ReaderError(file: path, reason: "label \(labels[row]) of row \(row), expected 0…\(classes - 1)")
        }
    }

    /// Limits each column of all trials to the range that its values in some of the trials lie in, but for a few: one fault of
    /// a sensor would otherwise decide its deviation, and so flatten everything else that it measured.
    ///
    /// - Parameters:
    ///   - tails: part of the values that may lie below the range, and above it.
    ///   - chosen: the trials that tell the range; those for training.
    mutating func clamp(tails: Double, of chosen: [Int]) {
        guard !chosen.isEmpty else { return }
        for name in modalities.keys {
            for index in modalities[name, default: []].indices {
                guard var signal = modalities[name]?[index] else { continue }
                let ranges = (0..<signal.columns).map { column in
                    let known = chosen.flatMap { trial in
                        (trial * steps..<(trial + 1) * steps).map { signal.values[$0 * signal.columns + column] }
                    }
                    .sorted()
                    let left = Int((Double(known.count) * tails).rounded(.down))
                    return known[left]...known[known.count - 1 - left]
                }
                for place in signal.values.indices {
                    let range = ranges[place % signal.columns]
                    signal.values[place] = min(max(signal.values[place], range.lowerBound), range.upperBound)
                }
                modalities[name]?[index] = signal
            }
        }
    }

    func description(_ modality: String, kind: ModalityKind, _ text: String) -> ModalityDescription {
        let columns = modalities[modality, default: []].reduce(0) { $0 + $1.columns }
        return ModalityDescription(
            kind: kind,
            axes: [steps / stepsPerToken],
            channels: columns * stepsPerToken,
            patch: stepsPerToken > 1 ? [stepsPerToken] : nil,
            description: "\(text); \(stepsPerToken) steps a token"
        )
    }

    /// Numbers of a trial, `[tokens, stepsPerToken × columns]`.
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
