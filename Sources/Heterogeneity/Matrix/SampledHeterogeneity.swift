/// Distances measured for some pairs of entries only.
public struct SampledHeterogeneity: Sendable, Equatable {
    /// The distance of one pair.
    public struct Measurement: Sendable, Equatable, Codable {
        /// d ≥ 0.
        public let value: Double
        /// Its standard error; nil where unknown.
        public let standardError: Double?

        /// A distance and, where known, its standard error.
        public init(value: Double, standardError: Double? = nil) {
            self.value = value
            self.standardError = standardError
        }

        /// The distance that follows from the transfers in both directions: max(T(i→j), 0) + max(T(j→i), 0).
        ///
        /// - Parameters:
        ///   - forward: T(i→j).
        ///   - backward: T(j→i).
        ///   - standardErrors: Their standard errors. The distance's is that of the sum of the positive parts of two independent
        ///     normal variables.
        public init(forward: Double, backward: Double, standardErrors: (forward: Double, backward: Double)? = nil) {
            value = max(forward, 0) + max(backward, 0)
            standardError = standardErrors.map {
                (positivePartVariance(mean: forward, standardDeviation: $0.forward)
                    + positivePartVariance(mean: backward, standardDeviation: $0.backward)).squareRoot()
            }
        }
    }

    /// Names of all entries; distinct.
    public let names: [String]
    /// What was measured.
    public let measurements: [EntryPair: Measurement]
    /// The transfers behind the measurements: row i, column j holds T(i→j), nil where not measured. Nil where unknown.
    public let transfers: SquareMatrix<Double?>?
    /// Standard errors of the transfers, laid out like them.
    public let transferStandardErrors: SquareMatrix<Double?>?
    /// What the numbers count.
    public let units: HeterogeneityUnits

    /// Distances of some pairs.
    ///
    /// - Throws: ``MatrixError`` for names as for a whole matrix, pairs outside them, and values that are negative, infinite or NaN.
    public init(
        names: [String],
        measurements: [EntryPair: Measurement],
        units: HeterogeneityUnits = .unspecified
    ) throws {
        try HeterogeneityMatrix.check(names: names)
        for (pair, measurement) in measurements.sorted(by: { $0.key < $1.key }) {
            guard pair.first >= 0, pair.first < pair.second, pair.second < names.count else {
                throw MatrixError(
                    place: "pair \(pair.first), \(pair.second)",
                    problem: .outOfRange("not a pair of \(names.count) entries counted from 0")
                )
            }
            let place = "pair \(names[pair.first]), \(names[pair.second])"
            for value in [measurement.value, measurement.standardError ?? 0] {
                guard value.isFinite else { throw MatrixError(place: place, problem: .notFinite(value)) }
                guard value >= 0 else { throw MatrixError(place: place, problem: .negative(value)) }
                guard value <= HeterogeneityMatrix.largestValue else {
                    throw MatrixError(
                        place: place,
                        problem: .tooLarge(value, limit: HeterogeneityMatrix.largestValue)
                    )
                }
            }
        }
        self.names = names
        self.measurements = measurements
        self.units = units
        transfers = nil
        transferStandardErrors = nil
    }

    /// The distances of those pairs whose transfers are known in both directions.
    ///
    /// - Parameters:
    ///   - names: One name for each entry.
    ///   - transfers: T(i→j) in row i and column j; nil where not measured.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - units: What the numbers count.
    /// - Throws: ``MatrixError`` for names as for a whole matrix, sizes that differ, and values that are infinite or NaN.
    public init(
        names: [String],
        transfers: SquareMatrix<Double?>,
        transferStandardErrors: SquareMatrix<Double?>? = nil,
        units: HeterogeneityUnits
    ) throws {
        try HeterogeneityMatrix.check(names: names)
        try HeterogeneityMatrix.check(transfers, names: names, key: "transfers", nonnegative: false)
        if let errors = transferStandardErrors {
            try HeterogeneityMatrix.check(errors, names: names, key: "transferStandardErrors", nonnegative: true)
        }
        var measurements: [EntryPair: Measurement] = [:]
        for pair in EntryPair.all(of: names.count) {
            let (i, j) = (pair.first, pair.second)
            guard let forward = transfers[i, j], let backward = transfers[j, i] else { continue }
            var errors: (forward: Double, backward: Double)?
            if let first = transferStandardErrors?[i, j], let second = transferStandardErrors?[j, i] {
                errors = (first, second)
            }
            measurements[pair] = Measurement(forward: forward, backward: backward, standardErrors: errors)
        }
        self.names = names
        self.measurements = measurements
        self.transfers = transfers
        self.transferStandardErrors = transferStandardErrors
        self.units = units
    }

    /// Checks that every entry is in a measured pair, without which no model can fill in the others.
    ///
    /// - Throws: ``MatrixError`` that names the entry.
    func checkCoverage() throws {
        let measured = Set(measurements.keys.flatMap { [$0.first, $0.second] })
        if let lonely = names.indices.first(where: { !measured.contains($0) }) {
            throw MatrixError(
                place: "\(names[lonely])",
                problem: .outOfRange("in no measured pair, expected at least one for every entry")
            )
        }
    }
}
