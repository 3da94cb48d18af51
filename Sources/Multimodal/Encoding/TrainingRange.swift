import Torch

/// The smallest and the largest stored values of a modality in the training rows.
public struct TrainingRange: Codable, Hashable, Sendable {
    /// The smallest value per channel; for tables, per channel of each token.
    public var lowest: [Float]
    /// The largest value per channel; for tables, per channel of each token.
    public var highest: [Float]

    /// The maximum numbers of rows and of values to read, evenly spaced.
    private static let (mostRows, mostNumbers) = (4096, 1 << 25)

    /// Reads the training rows of a task's modality; at most 4096 of them, evenly spaced.
    ///
    /// - Throws: An error that names the file when rows cannot be read.
    init?(of modality: String, in task: OpenedTask) throws {
        guard let description = task.dataset.description.modalities[modality] else { return nil }
        var raw = task
        raw.encodings = [:]
        let reader = BatchReader(raw, split: .train)
        let rows = min(reader.rows, Self.mostRows, max(64, Self.mostNumbers / max(1, description.elements)))
        let places = description.kind == .table ? description.elements : description.channels
        lowest = Array(repeating: .infinity, count: places)
        highest = Array(repeating: -.infinity, count: places)
        let chosen = (0..<rows).map { $0 * reader.rows / max(1, rows) }
        for start in stride(from: 0, to: rows, by: 256) {
            let batch = try reader.batch(Array(chosen[start..<min(start + 256, rows)]), modalities: [modality])
            guard let data = batch.inputs[modality] else { continue }
            try Self.forEach(data, batch.masks[modality], batch.present[modality]) { _, place, value in
                let place = place % places
                lowest[place] = min(lowest[place], value)
                highest[place] = max(highest[place], value)
            }
        }
        // Places that no training row fills say nothing on their range.
        for place in 0..<places where lowest[place] > highest[place] { (lowest[place], highest[place]) = (0, 0) }
        guard rows > 0, places > 0 else { return nil }
    }

    /// Returns the number of samples with a value outside the range by more than half its width.
    ///
    /// Constant places have the width of the whole modality.
    ///
    /// # Shapes
    /// data: `[samples, axes…, channels]`; mask: `[samples, axes…]`.
    ///
    /// - Throws: `TorchError` when values cannot be copied.
    public func farSamples(of data: Tensor, mask: Tensor?, present: [Bool]?) throws -> Int {
        guard let bounds = Bounds(self) else { return 0 }
        var far: Set<Int> = []
        try Self.forEach(data, mask, present) { sample, place, value in
            if bounds.isFar(value, place: place) { far.insert(sample) }
        }
        return far.count
    }

    /// Returns true for a sample with a value outside the range by more than half its width.
    ///
    /// - Parameters:
    ///   - values: The stored values `[axes…, channels]`, row-major.
    ///   - valid: The valid tokens `[axes…]`; `nil` when all are valid.
    public func isFar(_ values: [Float], valid: [Bool]?) -> Bool {
        guard !values.isEmpty, let bounds = Bounds(self) else { return false }
        let channels = valid.map { max(1, values.count / max(1, $0.count)) } ?? 1
        return values.indices.contains { index in
            (valid?[index / channels] ?? true) && bounds.isFar(values[index], place: index)
        }
    }

    /// The values from which on a place is far outside the range.
    private struct Bounds {
        private let floors: [Float]
        private let ceilings: [Float]

        init?(_ range: TrainingRange) {
            let (lowest, highest) = (range.lowest, range.highest)
            guard let bottom = lowest.min(), let top = highest.max(), lowest.count == highest.count else { return nil }
            let widths = zip(lowest, highest).map { $1 > $0 ? $1 - $0 : top - bottom }
            floors = zip(lowest, widths).map { $0 - $1 / 2 }
            ceilings = zip(highest, widths).map { $0 + $1 / 2 }
        }

        func isFar(_ value: Float, place: Int) -> Bool {
            let place = place % floors.count
            return value < floors[place] || value > ceilings[place]
        }
    }

    /// Calls a function with the sample, the place in it and the value of all that is valid.
    private static func forEach(
        _ data: Tensor, _ mask: Tensor?, _ present: [Bool]?, _ body: (Int, Int, Float) -> Void
    ) throws {
        let samples = try data.size(0)
        let values = try data.floats()
        let flags = try mask?.bools()
        let elements = values.count / max(1, samples)
        let channels = data.shape.last ?? 1
        for sample in 0..<samples where present?[sample] ?? true {
            for place in 0..<elements {
                let index = sample * elements + place
                if flags?[index / channels] ?? true { body(sample, place, values[index]) }
            }
        }
    }
}

extension OpenedTask {
    /// Returns the ranges of the stored values in the training rows, by modality.
    ///
    /// - Throws: An error that names the file when rows cannot be read.
    public func trainingRanges() throws -> [String: TrainingRange] {
        try modalities.reduce(into: [:]) { $0[$1] = try TrainingRange(of: $1, in: self) }
    }
}
