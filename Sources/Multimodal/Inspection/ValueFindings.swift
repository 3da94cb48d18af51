import Foundation
import Torch

/// Finds constant values and outliers among the training rows.
///
/// A unit is what has a range of its own: a channel, or a token of a modality of one channel along
/// one axis, such as the columns of a table.
struct ValueFindings {
    private static let sampled = 1 << 20
    /// The distance from the middle, in ranges of the middle half, from which a value is an
    /// outlier.
    private static let farthest = 50.0

    private let unit: String
    private var samples: [[Float]]

    private init(units: Int, unit: String) {
        self.unit = unit
        samples = Array(repeating: [], count: units)
    }

    /// Returns the findings of a modality.
    ///
    /// Evenly spaced rows show which values are plausible; one pass over all rows counts the
    /// others.
    static func findings(of name: String, _ rows: ModalityRows) throws -> [DatasetFinding] {
        let modality = rows.modality
        let isPerToken = modality.channels == 1 && modality.axes.count == 1
        let units = isPerToken ? modality.tokens : modality.channels
        var found = ValueFindings(units: units, unit: isPerToken ? "column" : "channel")
        let shown = min(rows.count, max(256, Self.sampled / max(1, modality.elements)))
        for place in 0..<shown {
            let row = place * rows.count / shown
            try rows.visit(row..<row + 1) { value, token, channel in
                found.samples[isPerToken ? token : channel].append(Float(value))
            }
        }
        return try found.findings(of: name) { visit in
            try rows.visit(0..<rows.count) { value, token, channel in visit(value, isPerToken ? token : channel) }
        }
    }

    /// Returns the findings of a regression target, whose values are row-major.
    static func findings(ofTarget name: String, _ values: [Double], width: Int) -> [DatasetFinding] {
        var found = ValueFindings(units: width, unit: "number")
        for (index, value) in values.enumerated() where value.isFinite {
            found.samples[index % width].append(Float(value))
        }
        return found.findings(of: name) { visit in
            for (index, value) in values.enumerated() where value.isFinite { visit(value, index % width) }
        }
    }

    private func findings(
        of name: String, _ visitAll: ((Double, Int) -> Void) throws -> Void
    ) rethrows -> [DatasetFinding] {
        let limits = samples.map(Self.limits)
        let lower = limits.map { $0?.lowerBound ?? -.infinity }
        let upper = limits.map { $0?.upperBound ?? .infinity }
        var lowest = [Double](repeating: .infinity, count: samples.count)
        var highest = [Double](repeating: -.infinity, count: samples.count)
        var seen = [Int](repeating: 0, count: samples.count)
        var outliers = 0
        var worst: (value: Double, unit: Int, excess: Double)?
        try visitAll { value, unit in
            seen[unit] += 1
            if value < lowest[unit] { lowest[unit] = value }
            if value > highest[unit] { highest[unit] = value }
            guard value < lower[unit] || value > upper[unit] else { return }
            outliers += 1
            let excess = max(lower[unit] - value, value - upper[unit])
            if worst.map({ excess > $0.excess }) ?? true { worst = (value, unit, excess) }
        }
        var result: [DatasetFinding] = []
        let constant = seen.indices.filter { seen[$0] > 1 && lowest[$0] == highest[$0] }
        if let first = constant.first {
            let which = seen.count == 1 ? "" : " (the first is \(unit) \(first))"
            result.append(
                DatasetFinding(
                    kind: .constant, subject: name, count: constant.count,
                    text: "\(constant.count) of \(seen.count) \(unit)s\(which) have the same value in all training rows"
                ))
        }
        if let worst {
            let value = String(format: "%.4g", worst.value)
            let place = seen.count == 1 ? "" : " in \(unit) \(worst.unit)"
            result.append(
                DatasetFinding(
                    kind: .outliers, subject: name, count: outliers,
                    text: "\(outliers) training values lie far outside of the others (the farthest is \(value)\(place))"
                ))
        }
        return result
    }

    /// Returns the range of plausible values; `nil` if there are too few, or all but the extremes
    /// are equal.
    ///
    /// Skewed channels have a narrow middle, so the deviation without the extremes counts as well.
    /// If the middle half is one value, as in channels of rare events, the other values decide.
    private static func limits(_ values: [Float]) -> ClosedRange<Double>? {
        guard values.count >= 8 else { return nil }
        let sorted = values.sorted()
        let (lower, upper) = (Double(sorted[sorted.count / 4]), Double(sorted[sorted.count * 3 / 4]))
        if lower == upper, lower != Double(sorted[0]) || upper != Double(sorted[sorted.count - 1]) {
            let others = limits(sorted.filter { Double($0) != lower })
            return others.map { min($0.lowerBound, lower)...max($0.upperBound, upper) }
        }
        let extremes = max(1, sorted.count / 100)
        let core = sorted.dropFirst(extremes).dropLast(extremes).map(Double.init)
        let mean = core.reduce(0, +) / Double(core.count)
        let deviation = (core.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(core.count)).squareRoot()
        let reach = max(farthest * (upper - lower), 20 * deviation)
        return reach > 0 ? lower - reach...upper + reach : nil
    }
}
