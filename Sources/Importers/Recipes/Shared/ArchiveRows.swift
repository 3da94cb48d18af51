import Multimodal

/// The cases of a time-series archive, divided into splits.
///
/// The archive's test part is the test split. A share of its training part is the validation split.
struct ArchiveRows {
    private let cases: [TimeSeriesArchive.Case]
    private let labels: [Int]
    private let splits: SplitRows
    private let folder: String

    /// Divides the cases of both parts of an archive.
    ///
    /// - Throws: `ReaderError` unless both parts have the same classes, every case has a label, and
    ///   every case has the expected number of dimensions.
    init(
        train: TimeSeriesArchive,
        test: TimeSeriesArchive,
        dimensions: Int,
        folder: String,
        valid: Double,
        purpose: String,
        remarks: ImportRemarks
    ) throws {
        guard train.classes == test.classes, train.classes.count > 1 else {
            throw ReaderError(
                file: folder, reason: "expected the same classes, at least 2, in the training and test files")
        }
        let read = train.cases + test.cases
        cases = read.map(\.withoutPadding)
        remarks.add(
            .converted, zip(read, cases).count { $0.dimensions.first?.count != $1.dimensions.first?.count },
            "cases padded with missing values at the end, cut to their own length")
        labels = cases.compactMap(\.label)
        guard labels.count == cases.count, cases.allSatisfy({ $0.dimensions.count == dimensions }) else {
            throw ReaderError(file: folder, reason: "expected \(dimensions) dimensions and a class in every case")
        }
        let division = SplitRows(
            strata: Array(labels.prefix(train.cases.count)), valid: valid, test: 0, purpose: purpose)
        var rows = division.rows
        rows[.test] = Array(train.cases.count..<cases.count)
        splits = SplitRows(rows)
        self.folder = folder
    }

    /// The number of rows in each split.
    var counts: [Split: Int] { splits.counts }

    /// Returns a row of a split with its class.
    func row(_ split: Split, _ row: Int) -> (series: TimeSeriesArchive.Case, label: Int) {
        let source = splits.source(split, row)
        return (cases[source], labels[source])
    }

    /// Checks that all dimensions of every case have one given length.
    ///
    /// - Throws: `ReaderError` for a case with another length or with missing values.
    func check(length: Int) throws {
        try check(expected: "\(length)") { $0 == length }
    }

    /// Checks that every case has at most a given length.
    ///
    /// - Throws: `ReaderError` for a case that is longer or empty, has dimensions of different
    ///   lengths, or has missing values.
    func check(longest: Int) throws {
        try check(expected: "1 to \(longest)") { (1...longest).contains($0) }
    }

    private func check(expected: String, _ isExpected: (Int) -> Bool) throws {
        for (index, series) in cases.enumerated() {
            let length = series.dimensions.first?.count ?? 0
            guard isExpected(length), series.dimensions.allSatisfy({ $0.count == length }) else {
                throw ReaderError(
                    file: folder,
                    reason: "case \(index + 1): \(length) steps in the first dimension, expected \(expected) in all")
            }
            for (place, values) in series.dimensions.enumerated() {
                guard let step = values.firstIndex(where: { !$0.isFinite }) else { continue }
                throw ReaderError(
                    file: folder,
                    reason:
                        "case \(index + 1): dimension \(place + 1) is missing in step \(step + 1); expected no missing "
                        + "values before the end of a case")
            }
        }
    }

    /// Returns the values of a case as `[steps, dimensions]`, padded with zeros.
    static func tokens(_ dimensions: ArraySlice<[Double]>, steps: Int) -> [Float] {
        (0..<steps).flatMap { step in dimensions.map { step < $0.count ? Float($0[step]) : 0 } }
    }
}
