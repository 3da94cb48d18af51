import Multimodal

/// The cases of a time-series archive, split: its test part is the test split, a part of its training part validates.
struct ArchiveRows {
    private let cases: [TimeSeriesArchive.Case]
    private let labels: [Int]
    private let splits: SplitRows
    private let folder: String

    /// - Throws: `ReaderError` when both parts do not have the same classes, labels, and the expected dimensions.
    init(
        train: TimeSeriesArchive,
        test: TimeSeriesArchive,
        dimensions: Int,
        folder: String,
        valid: Double,
        purpose: String
    ) throws {
        guard train.classes == test.classes, train.classes.count > 1 else {
            throw ReaderError(file: folder, reason: "training and test part do not have the same classes")
        }
        cases = train.cases + test.cases
        labels = cases.compactMap(\.label)
        guard labels.count == cases.count, cases.allSatisfy({ $0.dimensions.count == dimensions }) else {
            throw ReaderError(file: folder, reason: "expected \(dimensions) dimensions and a class for every case")
        }
        let division = SplitRows(
            strata: Array(labels.prefix(train.cases.count)),
            valid: valid,
            test: 0,
            purpose: purpose
        )
        var rows = division.rows
        rows[.test] = Array(train.cases.count..<cases.count)
        splits = SplitRows(rows)
        self.folder = folder
    }

    /// Number of rows of each split.
    var counts: [Split: Int] { splits.counts }

    /// A row of a split with its class.
    func row(_ split: Split, _ row: Int) -> (series: TimeSeriesArchive.Case, label: Int) {
        let source = splits.source(split, row)
        return (cases[source], labels[source])
    }

    /// - Throws: `ReaderError` for a case whose dimensions do not all have this length, or hold missing values.
    func check(length: Int) throws {
        try check { $0 == length }
    }

    /// - Throws: `ReaderError` for a case that is longer, empty, or uneven, or holds missing values.
    func check(longest: Int) throws {
        try check { (1...longest).contains($0) }
    }

    private func check(_ isExpected: (Int) -> Bool) throws {
        for (index, series) in cases.enumerated() {
            let length = series.dimensions.first?.count ?? 0
            guard isExpected(length), series.dimensions.allSatisfy({ $0.count == length && $0.allSatisfy(\.isFinite) })
            else {
                throw ReaderError(
                    file: folder,
                    reason: "case \(index + 1) has \(length) steps, missing values or uneven lengths"
                )
            }
        }
    }

    /// Steps as tokens and dimensions as channels, zeros up to the number of steps.
    static func tokens(_ dimensions: ArraySlice<[Double]>, steps: Int) -> [Float] {
        (0..<steps).flatMap { step in dimensions.map { step < $0.count ? Float($0[step]) : 0 } }
    }
}
