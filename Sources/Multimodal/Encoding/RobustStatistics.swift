/// Means and deviations of the training rows that bear outliers.
///
/// The median and the quartiles replace mean and standard deviation if the standard deviation is
/// more than three times the estimate from the quartiles, as in heavy tails. A place that does not
/// vary has deviation 1.
struct RobustStatistics {
    /// Rows and numbers per place that are looked at, evenly spaced.
    private static let (mostRows, mostNumbers, mostValues) = (4096, 1 << 25, 20_000)

    /// Means or medians.
    private(set) var centres: [Double] = []
    /// Deviations.
    private(set) var scales: [Double] = []

    /// Reads training rows of a modality.
    ///
    /// - Throws: An error that names the file when rows cannot be read.
    init(of modality: String, in task: OpenedTask, description: ModalityDescription, scope: Standardisation.Scope)
        throws
    {
        var raw = task
        raw.encodings = [:]
        let reader = BatchReader(raw, split: .train)
        let rows = min(reader.rows, Self.mostRows, max(64, Self.mostNumbers / max(1, description.elements)))
        let places = scope == .channel ? description.channels : description.elements
        let perPlace = rows * (description.elements / max(1, places))
        let stride = max(1, perPlace / Self.mostValues)
        var values = [[Float]](repeating: [], count: places)
        var running = RunningStatistics(scope: scope, modality: description)
        var seen = 0
        let chosen = (0..<rows).map { $0 * reader.rows / max(1, rows) }
        for start in Swift.stride(from: 0, to: rows, by: 256) {
            let batch = try reader.batch(Array(chosen[start..<min(start + 256, rows)]), modalities: [modality])
            guard let numbers = try batch.inputs[modality]?.floats() else { continue }
            let valid = try batch.masks[modality]?.bools()
            for row in 0..<batch.count where batch.present[modality]?[row] ?? true {
                let own = Array(numbers[(row * description.elements)..<((row + 1) * description.elements)])
                let flags = valid.map { Array($0[(row * description.tokens)..<((row + 1) * description.tokens)]) }
                running.add(own, valid: flags)
                for (index, value) in own.enumerated() where flags?[index / description.channels] ?? true {
                    // Whole places take turns, so that each is looked at as often as the others.
                    if (seen + index / places) % stride == 0 { values[index % places].append(value) }
                }
                seen += own.count / places
            }
        }
        let statistics = running.statistics
        for place in 0..<places {
            let (mean, deviation) = (statistics.mean[place], running.deviation(of: place))
            let quartiles = Self.quartiles(values[place])
            let robust = (quartiles.upper - quartiles.lower) / 1.349
            let isHeavy = robust > 0 && deviation > 3 * robust
            let (centre, scale) = isHeavy ? (quartiles.median, robust) : (mean, deviation)
            centres.append(centre)
            // Zeros and ones stay: a rare one would otherwise outweigh everything.
            let isIndicator = values[place].allSatisfy { $0 == 0 || $0 == 1 }
            if isIndicator { centres[place] = 0 }
            scales.append(!isIndicator && scale > 1e-7 * abs(centre) && scale > 1e-30 ? scale : 1)
        }
        guard description.kind == .text, scope == .channel else { return }
        // Directions of word vectors mean something: they share one scale and keep their origin.
        let squares = zip(statistics.mean, (0..<places).map(running.deviation)).map { $0 * $0 + $1 * $1 }
        let scale = (squares.reduce(0, +) / Double(max(1, places))).squareRoot()
        centres = centres.map { _ in 0 }
        scales = scales.map { _ in scale > 1e-30 ? scale : 1 }
    }

    private static func quartiles(_ values: [Float]) -> (lower: Double, median: Double, upper: Double) {
        guard !values.isEmpty else { return (0, 0, 0) }
        let sorted = values.sorted()
        func at(_ share: Double) -> Double { Double(sorted[Int(share * Double(sorted.count - 1))]) }
        return (at(0.25), at(0.5), at(0.75))
    }
}
