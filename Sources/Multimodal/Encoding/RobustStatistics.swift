/// Means and standard deviations of training rows that tolerate outliers.
///
/// For heavy tails, the median and the quartiles replace mean and standard deviation: whenever the
/// standard deviation exceeds three times its estimate from the quartiles. A constant position has
/// a standard deviation of 1.
struct RobustStatistics {
    /// The maximum numbers of rows, of values, and of values per position to read, evenly spaced.
    private static let (mostRows, mostNumbers, mostValues) = (4096, 1 << 25, 20_000)

    /// The means or medians.
    private(set) var centres: [Double] = []
    /// The standard deviations.
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
                    // The stride counts whole rounds of positions, so each position is sampled
                    // equally often.
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
            // Indicators of 0 and 1 stay unchanged. Standardised, a rare 1 would outweigh
            // everything.
            let isIndicator = values[place].allSatisfy { $0 == 0 || $0 == 1 }
            if isIndicator { centres[place] = 0 }
            scales.append(!isIndicator && scale > 1e-7 * abs(centre) && scale > 1e-30 ? scale : 1)
        }
        guard description.kind == .text, scope == .channel else { return }
        // The directions of word vectors carry meaning, so all components share one scale and keep
        // the origin.
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
