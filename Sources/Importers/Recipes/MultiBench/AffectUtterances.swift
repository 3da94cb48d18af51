import Multimodal

/// The utterances of a pickle with the parts train, valid and test.
struct AffectUtterances {
    /// The rows of each split whose text is not all zeros and whose label is known.
    let rows: [Split: [Int]]
    /// The number of channels of each modality.
    let widths: [String: Int]
    private let parts: [Split: AffectPart]
    private let file: AffectFile
    private let path: String
    private let isNeutralPositive: Bool
    /// True if the classes are written as −1 and 1.
    private let hasSigns: Bool
    private let remarks: ImportRemarks

    /// Reads a file.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file, part and array.
    init(path: String, file: AffectFile, isNeutralPositive: Bool, remarks: ImportRemarks) throws {
        self.path = path
        self.file = file
        self.isNeutralPositive = isNeutralPositive
        self.remarks = remarks
        let content = try PickleReader.value(path: path)
        var parts: [Split: AffectPart] = [:]
        var rows: [Split: [Int]] = [:]
        for split in Split.allCases {
            let part = try AffectPart(content, split: split, path: path, classes: file.isScored ? nil : 2)
            parts[split] = part
            rows[split] = part.labels.indices.filter { row in
                let isKnown = part.labels[row].isFinite
                let hasText = part.arrays["text"]?.row(row)?.floats()?.contains { $0 != 0 } ?? false
                if !isKnown { remarks.add(.leftOut, 1, "rows without a label", in: "\(split)/\(row)") }
                if isKnown, !hasText { remarks.add(.leftOut, 1, "rows without text", in: "\(split)/\(row)") }
                return isKnown && hasText
            }
            guard rows[split]?.isEmpty == false else {
                throw ReaderError(
                    file: path,
                    reason: "'\(split.rawValue)': none of its \(part.labels.count) rows has text and a label")
            }
        }
        widths = parts[.train]?.arrays.mapValues { $0.shape[2] } ?? [:]
        for (split, part) in parts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (name, array) in part.arrays.sorted(by: { $0.key < $1.key }) where array.shape[2] != widths[name] {
                throw ReaderError(
                    file: path,
                    reason:
                        "'\(split.rawValue)': '\(name)' has \(array.shape[2]) channels, but \(widths[name] ?? 0) in "
                        + "train")
            }
        }
        for (name, width) in widths.sorted(by: { $0.key < $1.key }) where width != file.widths[name] {
            remarks.add(.accepted, width, "channels of \(name) in place of \(file.widths[name] ?? 0)")
        }
        hasSigns = !file.isScored && parts.values.contains { $0.labels.contains(-1) }
        if hasSigns {
            remarks.add(.converted, parts.values.reduce(0) { $0 + $1.labels.count }, "labels from −1 and 1 to 0 and 1")
        }
        self.parts = parts
        self.rows = rows
    }

    /// Returns a row of a split.
    ///
    /// - Throws: `ReaderError` naming the row when its label is not one of the classes.
    func sample(_ split: Split, _ index: Int) throws -> Sample {
        let row = rows[split, default: []][index]
        guard let part = parts[split], let text = part.arrays["text"]?.row(row)?.floats() else {
            throw ReaderError(file: path, reason: "'\(split.rawValue)': row \(row): expected numbers")
        }
        // Rows are padded at the front: the zeros before the text are padding in every modality.
        let width = widths["text"] ?? 1
        let first = (text.firstIndex { $0 != 0 } ?? 0) / width
        let steps = min(file.steps, text.count / width - first)
        var sample = Sample(inputs: [:], targets: [:])
        for (name, array) in part.arrays {
            let values = array.row(row)?.floats() ?? []
            let width = widths[name] ?? 1
            remarks.add(
                .replaced, values.count { !$0.isFinite }, "values of \(name) that are not finite, by 0",
                in: "\(split)/\(row)")
            let kept = Array(values[(first * width)...])
            sample.inputs[name] = Self.standardised(kept, width: width, steps: file.steps)
            sample.valid[name] = (0..<file.steps).map { $0 < steps }
        }
        sample.targets[file.target] = [try label(part.labels[row], split: split, row: row)]
        return sample
    }

    private func label(_ label: Double, split: Split, row: Int) throws -> Double {
        if file.isScored { return label > 0 || (label == 0 && isNeutralPositive) ? 1 : 0 }
        guard label == 1 || label == (hasSigns ? -1 : 0) else {
            throw ReaderError(
                file: path,
                reason: "'\(split.rawValue)': row \(row): label \(label), expected \(hasSigns ? "−1" : "0") or 1")
        }
        return max(0, label)
    }

    /// Standardises each channel within its row, then truncates or pads the row to a number of
    /// steps.
    ///
    /// The standard deviation divides by n − 1. Values that are not finite, which occur in audio,
    /// count as zero. A constant channel becomes zero.
    private static func standardised(_ values: [Float], width: Int, steps: Int) -> [Float] {
        let count = values.count / width
        var result = [Float](repeating: 0, count: steps * width)
        for channel in 0..<width {
            let series = (0..<count).map { step -> Double in
                let value = Double(values[step * width + channel])
                return value.isFinite ? value : 0
            }
            let mean = series.reduce(0, +) / Double(count)
            let square = series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = count > 1 ? (square / Double(count - 1)).squareRoot() : 0
            guard deviation > 1e-12 else { continue }
            for step in 0..<min(steps, count) {
                result[step * width + channel] = Float((series[step] - mean) / deviation)
            }
        }
        return result
    }
}
