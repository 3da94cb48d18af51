import Multimodal

/// Numbers that change in time: columns `t0`, `t1`, … of one row, or one column in several rows.
///
/// A step is valid if it has a number. A channel that is missing in a valid step keeps its last
/// number, or has the training mean before its first; a second channel marks the numbers that were
/// there.
struct SeriesSteps: ModalityEncoder {
    /// The limit of steps.
    private static let limit = 4096

    let description: ModalityDescription
    private let columns: SeriesColumns
    private let steps: Int
    private let means: [Double]
    private let gaps: [Bool]
    private let ranges: [ValueRange]

    /// Creates the encoder of a modality.
    ///
    /// - Throws: `ConfigurationError` for a modality that is not complete; `ReaderError` that names
    ///   a column that the table lacks.
    init(_ name: String, _ modality: TableModality, _ table: TableDescription, _ raw: RawTable) throws {
        columns = try SeriesColumns(modality, raw)
        guard let steps = modality.steps, let means = modality.means, means.count == columns.names.count else {
            throw table.incomplete("modalities.\(name)", "steps", raw)
        }
        self.steps = steps
        self.means = means
        gaps = columns.names.map { modality.gaps?.contains($0) ?? false }
        ranges = columns.names.indices.map { ValueRange(modality.ranges?[$0]) }
        description = ModalityDescription(
            kind: modality.kind ?? .timeSeries, axes: [steps], channels: means.count + gaps.count { $0 },
            description: "steps of " + columns.names.joined(separator: ", ")
                + (gaps.contains(true) ? ", then 1 where a number was there" : ""))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let found = try columns.numbers(sample, of: samples, tally: &tally)
        if found.count > steps { tally.add(.cut, columns.names.joined(separator: ", ")) }
        var last = means
        var values: [Float] = []
        var valid = [Bool](repeating: false, count: steps)
        var far: Set<Int> = []
        for (step, numbers) in found.prefix(steps).enumerated() {
            valid[step] = numbers.contains { $0 != nil }
            for (channel, number) in numbers.enumerated() {
                guard let number else { continue }
                last[channel] = number
                if ranges[channel].isFar(number) { far.insert(channel) }
            }
            values.append(contentsOf: last.map { valid[step] ? Float($0) : 0 })
            for (number, hasGaps) in zip(numbers, gaps) where hasGaps { values.append(number == nil ? 0 : 1) }
        }
        guard valid.contains(true) else { return nil }
        for channel in far.sorted() { tally.add(.farOutside, columns.names[channel]) }
        values.append(contentsOf: repeatElement(0, count: description.elements - values.count))
        return EncodedModality(values: values, valid: valid.contains(false) ? valid : nil)
    }

    /// Completes a modality by the longest series, and the training rows' means, gaps and ranges.
    ///
    /// - Throws: `ReaderError` naming line and column for a text that is no number.
    static func fit(
        _ modality: inout TableModality, _ samples: TableSamples, kept: [Int], training: [Int]
    ) throws {
        let columns = try SeriesColumns(modality, samples.table)
        let training = Set(training)
        var tally = TableTally()
        var longest = 1
        var sums = [Double](repeating: 0, count: columns.names.count)
        var counts = sums
        var ranges = sums.map { _ in ValueRange() }
        var gaps = sums.map { _ in false }
        for sample in kept {
            let found = try columns.numbers(sample, of: samples, tally: &tally)
            longest = max(longest, found.count)
            guard training.contains(sample) else { continue }
            for numbers in found where numbers.contains(where: { $0 != nil }) {
                for (channel, number) in numbers.enumerated() {
                    gaps[channel] = gaps[channel] || number == nil
                    guard let number else { continue }
                    sums[channel] += number
                    counts[channel] += 1
                    ranges[channel].add(number)
                }
            }
        }
        modality.steps = modality.steps ?? min(longest, limit)
        modality.means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        let names = zip(columns.names, gaps).filter(\.1).map(\.0)
        modality.gaps = names.isEmpty ? nil : names
        modality.ranges = ranges.map { $0.bounds ?? [0, 0] }
    }
}
