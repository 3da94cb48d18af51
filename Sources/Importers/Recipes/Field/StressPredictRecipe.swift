import Multimodal

extension Recipe {
    /// Stress, recognised from a wristband's signals.
    static let stressPredict = Recipe(
        name: "stress-predict",
        title: "stress or rest, from a wristband's accelerometer, pulse, skin conductance and temperature",
        source: "https://github.com/italha-d/Stress-Predict-Dataset",
        licence: "MIT",
        citation:
            "Iqbal, T., Simpkin, A. J., Roshan, D., Glynn, N., Killilea, J., Walsh, J., et al. Stress monitoring using wearable "
            + "sensors: a pilot study and Stress-Predict dataset. Sensors 22, 2022. doi:10.3390/s22218135",
        version: 2
    ) { recipe, request in
        let recordings = try WristbandRecordings(
            folder: request.source, remarks: request.remarks, progress: request.progress)
        let rows = try recordings.divided(purpose: recipe.name)
        var description = recipe.description(
            modalities: WristbandRecordings.modalities, targets: ["stress": .classification(["rest", "stress"])],
            groups: ["subject": GroupDescription(description: "the participant's number", disjoint: true)])
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        // Arrays of windows, since what is relative to a participant needs the whole recording.
        description.encoding = .files(
            description.modalities.mapValues { .arrays($0.axes + [$0.channels], $0.kind) }, layouts: layouts)
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                let window = rows[split, default: []][row]
                return Sample(
                    inputs: recordings.values(of: window), targets: ["stress": [Double(window.label)]],
                    groups: ["subject": window.participant])
            }
        ]
    }
}

/// The wristband recordings of all participants, and their label in each second.
private struct WristbandRecordings {
    /// The length of a window in seconds. A token is one second.
    private static let seconds = 60
    private static let hop = 15

    static let modalities = [
        "accelerometer": ModalityDescription(
            kind: .sensors, axes: [seconds], channels: 96, patch: [32],
            description: "acceleration in 1/64 g along x, y, z, 32 times a second"),
        "pulse": ModalityDescription(
            kind: .timeSeries, axes: [seconds], channels: 65,
            description: "blood volume pulse 64 times a second, and the heart rate relative to the participant's own"),
        "skin": ModalityDescription(
            kind: .timeSeries, axes: [seconds], channels: 4,
            description: "conductance and temperature, each as it is and relative to the participant's own"),
    ]

    struct Window: Hashable {
        let participant: Int
        /// The start time in seconds since 1970.
        let start: Int
        let label: Int
    }

    /// The signal of one sensor.
    private struct Signal {
        var start = 0.0
        var rate = 1.0
        var columns = 1
        var values: [Float] = []
        var mean: Float = 0
        var deviation: Float = 1

        /// Returns the values in one second; `nil` if the sensor did not record all of it.
        func second(_ time: Int, count: Int) -> ArraySlice<Float>? {
            let first = ((Double(time) - start) * rate).rounded() * Double(columns)
            guard first >= 0, first + Double(count * columns) <= Double(values.count) else { return nil }
            return values[Int(first)..<Int(first) + count * columns]
        }

        /// Returns a value standardised by the participant's own mean and standard deviation.
        func relative(_ value: Float) -> Float { (value - mean) / deviation }
    }

    private static let sensors: [String: (columns: Int, rate: Double)] = [
        "ACC": (3, 32), "BVP": (1, 64), "EDA": (1, 4), "TEMP": (1, 4), "HR": (1, 1),
    ]

    private let signals: [Int: [String: Signal]]
    private let windows: [Int: [Window]]

    init(folder: String, remarks: ImportRemarks, progress: (RecipeProgress) -> Void) throws {
        let archive = FolderListing.archive(in: folder, named: "Raw_data")
        var signals: [Int: [String: Signal]] = [:]
        func place(_ path: String) -> (participant: Int, sensor: String)? {
            let parts = path.split(separator: "/")
            guard parts.count == 3, parts[1].hasPrefix("S"), let participant = Int(parts[1].dropFirst()),
                participant >= 0,
                parts[2].hasSuffix(".csv"), Self.sensors[String(parts[2].dropLast(4))] != nil
            else { return nil }
            return (participant, String(parts[2].dropLast(4)))
        }
        try ArchiveReader.visit(path: archive, where: { place($0) != nil }) { member in
            guard let (participant, sensor) = place(member.path) else { return true }
            let signal = try Self.signal(member, sensor: sensor, file: "\(archive)/\(member.path)")
            signals[participant, default: [:]][sensor] = signal
            progress(RecipeProgress(stage: "participants", done: signals.count, total: 35))
            return true
        }
        self.signals = signals.filter { $0.value.count == Self.sensors.count }
        remarks.add(
            .leftOut, signals.count - self.signals.count, "participants without all \(Self.sensors.count) sensors")
        windows = try Self.windows(
            labels: "\(folder)/Processed_data/Improved_All_Combined_hr_rsp_binary.csv", signals: self.signals,
            remarks: remarks)
    }

    /// Divides the participants at random: a fifth for validation and a fifth for test.
    ///
    /// - Throws: `ReaderError` when fewer than five participants have labels.
    func divided(purpose: String) throws -> [Split: [Window]] {
        let participants = windows.keys.sorted()
        guard participants.count >= 5 else {
            throw ReaderError(
                file: "Raw_data.tar.gz", reason: "\(participants.count) participants with labels, expected at least 5")
        }
        let splits = SplitRows(strata: participants.map { _ in 0 }, valid: 0.2, test: 0.2, purpose: purpose)
        return splits.rows.mapValues { $0.flatMap { windows[participants[$0], default: []] } }
    }

    /// Returns the values of a window, `[seconds, channels]` for each modality.
    func values(of window: Window) -> [String: [Float]] {
        guard let sensors = signals[window.participant], let acceleration = sensors["ACC"], let pulse = sensors["BVP"],
            let heart = sensors["HR"], let conductance = sensors["EDA"], let temperature = sensors["TEMP"]
        else { return [:] }
        var values: [String: [Float]] = ["accelerometer": [], "pulse": [], "skin": []]
        for second in window.start..<window.start + Self.seconds {
            values["accelerometer"]?.append(contentsOf: acceleration.second(second, count: 32) ?? [])
            values["pulse"]?.append(contentsOf: pulse.second(second, count: 64) ?? [])
            let rate = heart.second(second, count: 1)?.first ?? heart.mean
            values["pulse"]?.append(heart.relative(rate))
            for signal in [conductance, temperature] {
                let mean = (signal.second(second, count: 4) ?? []).reduce(0, +) / 4
                values["skin"]?.append(contentsOf: [mean, signal.relative(mean)])
            }
        }
        return values
    }

    /// Parses a signal: the first line holds the start time per column, the second the sampling
    /// rate, the others the samples.
    ///
    /// - Throws: `ReaderError` for another sampling rate or an implausible start time.
    private static func signal(_ member: ArchiveReader.Member, sensor: String, file: String) throws -> Signal {
        let expected = sensors[sensor] ?? (1, 1)
        var signal = Signal()
        signal.columns = expected.columns
        try NumberLines.visit(member.bytes, file: file, columns: expected.columns) { line, numbers in
            switch line {
            case 1: signal.start = numbers[0]
            case 2: signal.rate = numbers[0]
            default: signal.values.append(contentsOf: numbers.map { Float($0) })
            }
        }
        guard signal.rate == expected.rate, (0...1e11).contains(signal.start) else {
            throw ReaderError(file: file, position: .line(2), reason: "\(signal.rate) Hz, expected \(expected.rate)")
        }
        let count = Float(max(1, signal.values.count))
        let mean = signal.values.reduce(0, +) / count
        let variance = signal.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        signal.mean = mean
        signal.deviation = variance > 0 ? variance.squareRoot() : 1
        return signal
    }

    private static func windows(
        labels path: String, signals: [Int: [String: Signal]], remarks: ImportRemarks
    ) throws -> [Int: [Window]] {
        let table = try CSVTable(path: path, hasHeader: true)
        let columns = try (table.column("Participant"), table.column("Time(sec)"), table.column("Label"))
        var labels: [Int: [Int: Int]] = [:]
        for row in table.rows.indices {
            guard let participant = Int(exactly: try table.number(row: row, column: columns.0)),
                let time = Int(exactly: try table.number(row: row, column: columns.1).rounded(.down)),
                let label = Int(exactly: try table.number(row: row, column: columns.2)), (0...1).contains(label)
            else {
                throw ReaderError(
                    file: path, position: .line(row + 2), reason: "expected a participant, a time, and a label 0 or 1")
            }
            labels[participant, default: [:]][time] = label
        }
        return labels.reduce(into: [:]) { windows, entry in
            let cut = signals[entry.key].map { windowsOf(entry.key, labels: entry.value, sensors: $0) } ?? []
            guard !cut.isEmpty else {
                remarks.add(.leftOut, 1, "participants without a window of one label", in: "\(entry.key)")
                return
            }
            windows[entry.key] = cut
        }
    }

    /// Returns the windows with a constant label that all sensors recorded.
    private static func windowsOf(_ participant: Int, labels: [Int: Int], sensors: [String: Signal]) -> [Window] {
        guard let first = labels.keys.min(), let last = labels.keys.max(), last - first < 1_000_000 else { return [] }
        return stride(from: first, through: last - seconds + 1, by: hop).compactMap { start in
            guard let label = labels[start] else { return nil }
            let times = start..<start + seconds
            guard times.allSatisfy({ labels[$0] == label }) else { return nil }
            let isRecorded = sensors.allSatisfy { name, signal in
                let count = name == "HR" ? 1 : Int(signal.rate)
                return name == "HR"
                    || (signal.second(start, count: count) != nil
                        && signal.second(start + seconds - 1, count: count) != nil)
            }
            return isRecorded ? Window(participant: participant, start: start, label: label) : nil
        }
    }
}
