import Multimodal

/// The columns of a series in a table: one per channel and step, or one per channel.
struct SeriesColumns {
    /// The names of the channels.
    let names: [String]
    /// Channel → column of each step; `nil` when steps are rows.
    private let steps: [[Int]]?
    /// The column of each channel when steps are rows.
    private let values: [Int]

    /// The columns of the first channel in the order of steps.
    var ordered: [Int] { steps?.first ?? values }

    /// Finds the columns.
    ///
    /// - Throws: `ReaderError` that names a column or a series that the table lacks.
    init(_ modality: TableModality, _ table: RawTable) throws {
        guard let stems = modality.series else {
            names = modality.columns
            values = try names.map(table.input)
            steps = nil
            return
        }
        names = stems
        values = []
        let found = try stems.map { try Self.steps(of: $0, in: table) }
        if let first = found.first, let other = found.firstIndex(where: { $0.count != first.count }) {
            throw ReaderError(
                file: table.file, position: .line(1),
                reason:
                    "series '\(stems[other])' has \(found[other].count) columns, but '\(stems[0])' has \(first.count)")
        }
        steps = found
    }

    /// Returns the columns of a series in the order of their numbers.
    private static func steps(of stem: String, in table: RawTable) throws -> [Int] {
        let found = table.header.enumerated().compactMap { index, name -> (number: Int, column: Int)? in
            Self.stem(of: name).flatMap { $0.stem == stem ? ($0.number, index) : nil }
        }.sorted { $0.number < $1.number }
        guard let first = found.first else {
            throw ReaderError(
                file: table.file, position: .line(1), reason: "no columns '\(stem)0', '\(stem)1', … of the series")
        }
        if let gap = found.enumerated().first(where: { $0.element.number != first.number + $0.offset }) {
            throw ReaderError(
                file: table.file, position: .line(1),
                reason: "series '\(stem)' has no column '\(stem)\(first.number + gap.offset)' before "
                    + "'\(table.header[gap.element.column])'")
        }
        return found.map(\.column)
    }

    /// Returns the stem and the number of a column such as `t12`; `nil` for other names.
    static func stem(of name: String) -> (stem: String, number: Int)? {
        let digits = name.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        guard (1...6).contains(digits), digits < name.utf8.count, let number = Int(name.suffix(digits)) else {
            return nil
        }
        return (String(name.dropLast(digits)), number)
    }

    /// Returns the numbers of each step and channel; `nil` where they are missing.
    ///
    /// - Throws: `ReaderError` naming line and column for a text that is no number.
    func numbers(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> [[Double?]] {
        guard let steps else {
            return try samples.rows[sample].map { row in
                try values.map { try samples.number(row: row, $0, tally: &tally) }
            }
        }
        let count = steps.first?.count ?? 0
        return try (0..<count).map { step in
            try steps.map { try samples.number(sample, $0[step], tally: &tally) }
        }
    }
}
