import Multimodal

/// Numbers that change in time: columns `t0`, `t1`, … of one row, or one column in several rows.
///
/// Rows without a time are a set. If steps have different distances in time, the last channel is
/// the time since the first one.
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
    /// The range of the time since the first step; `nil` without that channel.
    private let elapsed: ValueRange?
    private let time: String

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
        elapsed = modality.elapsed.map { ValueRange($0) }
        let time = table.columns.filter { $0.value.role == .time }.keys.min()
        self.time = time ?? "time"
        let isSet = modality.series == nil && time == nil
        description = ModalityDescription(
            kind: modality.kind ?? (isSet ? .set : .timeSeries), axes: [steps],
            channels: means.count + gaps.count { $0 } + (elapsed == nil ? 0 : 1),
            description: (isSet ? "elements with " : "steps of ") + columns.names.joined(separator: ", ")
                + (gaps.contains(true) ? ", then 1 where a number was there" : "")
                + (elapsed == nil ? "" : ", then the time since the first step"))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let found = try columns.numbers(sample, of: samples, tally: &tally)
        if found.count > steps { tally.add(.cut, columns.names.joined(separator: ", ")) }
        var last = means
        var values: [Float] = []
        var valid = [Bool](repeating: false, count: steps)
        var far: Set<Int> = []
        let times = elapsed == nil ? nil : samples.times?[sample]
        var isLate = false
        for (step, numbers) in found.prefix(steps).enumerated() {
            valid[step] = numbers.contains { $0 != nil }
            for (channel, number) in numbers.enumerated() {
                guard let number else { continue }
                last[channel] = number
                if ranges[channel].isFar(number) { far.insert(channel) }
            }
            values.append(contentsOf: last.map { valid[step] ? Float($0) : 0 })
            for (number, hasGaps) in zip(numbers, gaps) where hasGaps { values.append(number == nil ? 0 : 1) }
            guard let elapsed else { continue }
            let moment = times.map { $0[step] - $0[0] } ?? 0
            values.append(valid[step] ? Float(moment) : 0)
            isLate = isLate || valid[step] && elapsed.isFar(moment)
        }
        guard valid.contains(true) else { return nil }
        for channel in far.sorted() { tally.add(.farOutside, columns.names[channel]) }
        if isLate { tally.add(.farOutside, time) }
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
        modality.elapsed = modality.series == nil ? Self.elapsed(samples, training: training) : nil
    }

    /// Returns the range of the time since the first step; `nil` if steps are evenly spaced.
    ///
    /// They are when at least 99 % of the distances are within a tenth of the median.
    private static func elapsed(_ samples: TableSamples, training: Set<Int>) -> [Double]? {
        guard let times = samples.times else { return nil }
        var distances: [Double] = []
        var longest = 0.0
        for sample in training {
            let own = times[sample]
            for (first, second) in zip(own, own.dropFirst()) { distances.append(second - first) }
            longest = max(longest, (own.last ?? 0) - (own.first ?? 0))
        }
        distances.sort()
        guard let median = distances.isEmpty ? nil : distances[distances.count / 2] else { return nil }
        let odd = distances.count { abs($0 - median) > 0.1 * abs(median) }
        return odd * 100 > distances.count && Float(longest).isFinite ? [0, longest] : nil
    }
}
