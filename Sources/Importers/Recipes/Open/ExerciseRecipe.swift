import Multimodal

extension Recipe {
    /// Seven shoulder exercises, from the accelerometer and gyroscope of a smartwatch.
    static let exercise = Recipe(
        name: "exercise",
        title: "seven shoulder exercises from a smartwatch's accelerometer and gyroscope, by subject",
        source: "the PyPI package seglearn 1.2.5 (watch_dataset.npy)",
        licence: "BSD 3-clause, with the package",
        citation:
            "Burns, D. M. et al. Shoulder physiotherapy exercise recognition: machine learning the inertial signals "
            + "from a smartwatch. Physiological Measurement 39, 2018. arXiv:1802.01489",
        version: 2
    ) { recipe, from, to in
        let recordings = try WatchRecordings(path: "\(from)/seglearn/data/watch_dataset.npy")
        let splits = recordings.windows
        let sensor = { (text: String) in
            ModalityDescription(
                kind: .sensors,
                axes: [WatchRecordings.tokens],
                channels: 3 * WatchRecordings.stepsPerToken,
                patch: [WatchRecordings.stepsPerToken],
                description: text
            )
        }
        let description = recipe.description(
            modalities: [
                "accelerometer": sensor("acceleration along x, y, z in eight consecutive steps; 50 Hz"),
                "gyroscope": sensor("angular velocity about x, y, z in eight consecutive steps; 50 Hz"),
            ],
            targets: ["exercise": .classification(recordings.classes)],
            groups: ["subject": GroupDescription(description: "the person's number", disjoint: true)]
        )
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        let writer = DatasetWriter(description, layouts: layouts, rows: splits.mapValues(\.count), folder: to)
        return try writer.write { split, row in
            let window = splits[split, default: []][row]
            return Sample(
                inputs: [
                    "accelerometer": recordings.values(of: window, sensor: 0),
                    "gyroscope": recordings.values(of: window, sensor: 1),
                ],
                targets: ["exercise": [Double(window.label)]],
                groups: ["subject": window.subject]
            )
        }
    }
}

/// The recordings of the watch dataset, cut into windows.
private struct WatchRecordings {
    /// Tokens of a window.
    static let tokens = 16
    /// Steps of 20 ms that make a token, so that a token sees a movement and not only a moment.
    static let stepsPerToken = 8
    private static let steps = tokens * stepsPerToken
    private static let hop = steps / 2
    private static let columns = 6
    /// A left arm moves like a right one in the mirror, and wears the watch turned by half a turn about its face: both
    /// together change the sign of the acceleration along x and of the rotation about y and z.
    private static let leftSigns: [Float] = [-1, 1, 1, 1, -1, -1]
    /// The last four of ten subjects, so that nobody is in two splits.
    private static let splits: [Int64: Split] = [7: .valid, 8: .valid, 9: .test, 10: .test]

    /// A stretch of one recording.
    struct Window {
        let recording: Int
        let start: Int
        let label: Int
        let subject: Int
    }

    let classes: [String]
    private let recordings: [[Float]]
    /// Windows of each split, in the order of the recordings.
    let windows: [Split: [Window]]

    init(path: String) throws {
        func failure(_ reason: String) -> ReaderError { ReaderError(file: path, reason: reason) }
        let file = try NpyReader.value(path: path)
        guard let series = file["X"]?.elements, let labels = file["y"]?.array?.integers(),
            let subjects = file["subject"]?.array?.integers(), let sides = file["side"]?.array?.doubles(),
            let classes = file["y_labels"]?.elements?.compactMap(\.string)
        else { throw failure("expected a dictionary with X, y, subject, side and y_labels") }
        guard [labels.count, subjects.count, sides.count].allSatisfy({ $0 == series.count }), !series.isEmpty else {
            throw failure(
                "\(series.count) recordings, \(labels.count) labels, \(subjects.count) subjects, \(sides.count) sides"
            )
        }
        self.classes = classes
        var recordings: [[Float]] = []
        var windows: [Split: [Window]] = [.train: [], .valid: [], .test: []]
        for (index, recording) in series.enumerated() {
            guard let array = recording.array, array.shape.count == 2, array.shape[1] == Self.columns,
                let values = array.floats()
            else { throw failure("recording \(index): expected numbers of shape [steps, \(Self.columns)]") }
            guard let label = Int(exactly: labels[index]), classes.indices.contains(label) else {
                throw failure("recording \(index): label \(labels[index]), expected 0…\(classes.count - 1)")
            }
            guard let subject = Int(exactly: subjects[index]), subject >= 0 else {
                throw failure("recording \(index): subject \(subjects[index]), expected a number from 0")
            }
            let isLeft = sides[index] == 0
            recordings.append(isLeft ? values.indices.map { values[$0] * Self.leftSigns[$0 % Self.columns] } : values)
            let split = Self.splits[subjects[index]] ?? .train
            for start in stride(from: 0, through: array.shape[0] - Self.steps, by: Self.hop) {
                windows[split, default: []].append(
                    Window(recording: index, start: start, label: label, subject: subject))
            }
        }
        self.recordings = recordings
        self.windows = windows
    }

    /// The numbers of a window's accelerometer (0) or gyroscope (1), `[tokens, stepsPerToken × 3]`.
    func values(of window: Window, sensor: Int) -> [Float] {
        let values = recordings[window.recording]
        return (window.start..<window.start + Self.steps).flatMap { step in
            let first = step * Self.columns + sensor * 3
            return values[first..<first + 3]
        }
    }
}
