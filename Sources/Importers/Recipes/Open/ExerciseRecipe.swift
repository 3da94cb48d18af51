import Multimodal

extension Recipe {
    /// Seven shoulder exercises, recorded by a smartwatch's accelerometer and gyroscope.
    static let exercise = Recipe(
        name: "exercise",
        title: "seven shoulder exercises from a smartwatch's accelerometer and gyroscope, by subject",
        source: "the PyPI package seglearn 1.2.5 (watch_dataset.npy)",
        licence: "BSD 3-clause, with the package",
        citation:
            "Burns, D. M. et al. Shoulder physiotherapy exercise recognition: machine learning the inertial signals "
            + "from a smartwatch. Physiological Measurement 39, 2018. arXiv:1802.01489",
        version: 2
    ) { recipe, from, to, _ in
        let recordings = try WatchRecordings(path: "\(from)/seglearn/data/watch_dataset.npy")
        let splits = recordings.windows
        let sensor = { (text: String) in
            ModalityDescription(
                kind: .sensors, axes: [WatchRecordings.tokens], channels: 3 * WatchRecordings.stepsPerToken,
                patch: [WatchRecordings.stepsPerToken], description: text)
        }
        let description = recipe.description(
            modalities: [
                "accelerometer": sensor("acceleration along x, y, z in eight consecutive steps; 50 Hz"),
                "gyroscope": sensor("angular velocity about x, y, z in eight consecutive steps; 50 Hz"),
            ], targets: ["exercise": .classification(recordings.classes)],
            groups: ["subject": GroupDescription(description: "the person's number", disjoint: true)])
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        let writer = DatasetWriter(description, layouts: layouts, rows: splits.mapValues(\.count), folder: to)
        return try writer.write { split, row in
            let window = splits[split, default: []][row]
            return Sample(
                inputs: [
                    "accelerometer": recordings.values(of: window, sensor: 0),
                    "gyroscope": recordings.values(of: window, sensor: 1),
                ], targets: ["exercise": [Double(window.label)]], groups: ["subject": window.subject])
        }
    }
}

/// The recordings of the watch dataset, cut into windows.
private struct WatchRecordings {
    /// The number of tokens in a window.
    static let tokens = 16
    /// The number of 20 ms steps in a token. A token spans part of a movement, not a single moment.
    static let stepsPerToken = 8
    private static let steps = tokens * stepsPerToken
    private static let hop = steps / 2
    private static let columns = 6
    /// The signs that map recordings of the left arm onto the right arm.
    ///
    /// The left arm mirrors the right one and wears the watch rotated by 180° about its face.
    /// Together these invert the acceleration along x and the rotation about y and z.
    private static let leftSigns: [Float] = [-1, 1, 1, 1, -1, -1]
    /// The splits of the last four of ten subjects; the others are for training. No subject is in
    /// two splits.
    private static let splits: [Int64: Split] = [7: .valid, 8: .valid, 9: .test, 10: .test]

    /// A segment of one recording.
    struct Window {
        let recording: Int
        let start: Int
        let label: Int
        let subject: Int
    }

    let classes: [String]
    private let recordings: [[Float]]
    /// The windows of each split, in recording order.
    let windows: [Split: [Window]]

    /// Reads the recordings and cuts them into overlapping windows.
    ///
    /// - Throws: `FileError` or `ReaderError` when the file is not the published one.
    init(path: String) throws {
        func failure(_ reason: String) -> ReaderError { ReaderError(file: path, reason: reason) }
        let file = try NpyReader.value(path: path)
        guard let series = file["X"]?.elements, let labels = file["y"]?.array?.integers(),
            let subjects = file["subject"]?.array?.integers(), let sides = file["side"]?.array?.doubles(),
            let classes = file["y_labels"]?.elements?.compactMap(\.string)
        else { throw failure("expected a dictionary with X, y, subject, side and y_labels") }
        guard [labels.count, subjects.count, sides.count].allSatisfy({ $0 == series.count }), !series.isEmpty else {
            throw failure(
                "\(series.count) recordings, \(labels.count) labels, \(subjects.count) subjects, \(sides.count) sides; "
                    + "expected as many of each, at least one")
        }
        self.classes = classes
        var recordings: [[Float]] = []
        var windows: [Split: [Window]] = [.train: [], .valid: [], .test: []]
        for (index, recording) in series.enumerated() {
            guard let array = recording.array, array.shape.count == 2, array.shape[1] == Self.columns,
                let values = array.floats()
            else { throw failure("recording \(index): expected an array of shape [steps, \(Self.columns)]") }
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

    /// Returns the values of a window's accelerometer (0) or gyroscope (1),
    /// `[tokens, stepsPerToken × 3]`.
    func values(of window: Window, sensor: Int) -> [Float] {
        let values = recordings[window.recording]
        return (window.start..<window.start + Self.steps).flatMap { step in
            let first = step * Self.columns + sensor * 3
            return values[first..<first + 3]
        }
    }
}
