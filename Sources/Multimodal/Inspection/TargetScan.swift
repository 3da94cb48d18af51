import Torch

/// Summarises one target over all splits.
struct TargetScan {
    let name: String
    let target: TargetDescription
    let dataset: Dataset

    var summary: DatasetSummary.Target {
        get throws {
            let values = try Split.allCases.reduce(into: [:]) { $0[$1] = try numbers(in: dataset.rows(of: $1)) }
            let counts = target.kind == .regression ? [:] : values.mapValues(count)
            let statistics = target.kind == .regression ? statistics(values[.train] ?? []) : (mean: [], deviation: [])
            return DatasetSummary.Target(
                name: name, kind: target.kind, classes: target.classes ?? [],
                counts: counts.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }, mean: statistics.mean,
                deviation: statistics.deviation,
                histograms: target.kind == .regression ? histograms(values[.train] ?? [], statistics) : [],
                chance: chance(counts, known: values.mapValues(known)))
        }
    }

    /// Returns what is remarkable about the target's training rows.
    ///
    /// - Parameter summary: The summary of the target.
    func findings(_ summary: DatasetSummary.Target) throws -> [DatasetFinding] {
        guard target.kind == .regression else { return ClassFindings.findings(of: summary) }
        let values = try numbers(in: dataset.train)
        guard !dataset.train.hasLabelFlags(name), let labelled = try dataset.train.labelledRows(name) else {
            return ValueFindings.findings(ofTarget: name, values, width: target.outputs)
        }
        let known = labelled.flatMap { values[$0 * target.outputs..<($0 + 1) * target.outputs] }
        return ValueFindings.findings(ofTarget: name, known, width: target.outputs)
    }

    /// Returns all values of a split's target: class indices, labels, or regression values; NaN for
    /// those that a row lacks.
    private func numbers(in split: DatasetSplit) throws -> [Double] {
        let values = try stored(in: split)
        guard split.entry(of: TensorNames.labelled(name)) != nil else { return values }
        return try split.withBytes(of: TensorNames.labelled(name)) { flags in
            let perFlag = values.count / max(1, flags.count)
            return values.enumerated().map { flags[$0.offset / max(1, perFlag)] != 0 ? $0.element : .nan }
        }
    }

    private func stored(in split: DatasetSplit) throws -> [Double] {
        let tensor = TensorNames.target(name)
        let entry = try split.requiredEntry(of: tensor)
        return try split.withBytes(of: tensor) { bytes in
            switch entry.dtype {
            case .int64: (0..<entry.count).map { Double(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
            case .float32: (0..<entry.count).map { Double(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)) }
            default: bytes.map { Double($0) }
            }
        }
    }

    private func count(_ values: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: target.outputs)
        for (index, value) in values.enumerated() {
            if target.kind == .multilabel {
                if value == 1 { counts[index % target.outputs] += 1 }
            } else if let label = Int(exactly: value), counts.indices.contains(label) {
                counts[label] += 1
            }
        }
        return counts
    }

    private func statistics(_ values: [Double]) -> (mean: [Double], deviation: [Double]) {
        let width = target.outputs
        var means: [Double] = []
        var deviations: [Double] = []
        for place in 0..<width {
            let column = stride(from: place, to: values.count, by: width).map { values[$0] }
                .filter(\.isFinite)
            let mean = column.reduce(0, +) / Double(max(1, column.count))
            means.append(mean)
            deviations.append(
                (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, column.count))).squareRoot())
        }
        return (means, deviations)
    }

    private static let shownHistograms = 8

    private func histograms(_ values: [Double], _ statistics: (mean: [Double], deviation: [Double])) -> [Sketch] {
        (0..<min(target.outputs, Self.shownHistograms)).compactMap { place in
            let column = stride(from: place, to: values.count, by: target.outputs).map { values[$0] }
                .filter(\.isFinite)
            guard let minimum = column.min(), let maximum = column.max() else { return nil }
            var histogram = Histogram(
                minimum: minimum, maximum: maximum, mean: statistics.mean[place], deviation: statistics.deviation[place]
            )
            for value in column { histogram.add(value) }
            return histogram.sketch(of: "training rows")
        }
    }

    /// Returns the number of rows that have each output.
    private func known(_ values: [Double]) -> [Int] {
        let width = target.kind == .classification ? 1 : target.outputs
        return (0..<width).map { place in
            stride(from: place, to: values.count, by: width).count { values[$0].isFinite }
        }
    }

    private func chance(_ counts: [Split: [Int]], known: [Split: [Int]]) -> Double {
        guard let train = counts[.train], let test = counts[.test], let trainKnown = known[.train],
            let testKnown = known[.test]
        else { return 0 }
        let total = Double(max(1, testKnown.reduce(0, +)))
        if target.kind == .multilabel {
            let right = train.indices.reduce(0) { sum, label in
                sum + (2 * train[label] > trainKnown[label] ? test[label] : testKnown[label] - test[label])
            }
            return Double(right) / total
        }
        guard let largest = train.max(), let frequent = train.firstIndex(of: largest) else { return 0 }
        return Double(test[frequent]) / total
    }
}
