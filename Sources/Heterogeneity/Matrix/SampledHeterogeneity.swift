/// Distances measured for only some pairs of entries.
public struct SampledHeterogeneity: Sendable, Equatable {
    /// The measured distance of one pair.
    public struct Measurement: Sendable, Equatable, Codable {
        /// The distance d ≥ 0.
        public let value: Double
        /// The standard error of the distance; `nil` if unknown.
        public let standardError: Double?

        /// Creates a measurement from a distance and its standard error.
        public init(value: Double, standardError: Double? = nil) {
            self.value = value
            self.standardError = standardError
        }

        /// Creates a measurement from the transfers in both directions, with
        /// d = max(T(i→j), 0) + max(T(j→i), 0).
        ///
        /// - Parameters:
        ///   - forward: T(i→j).
        ///   - backward: T(j→i).
        ///   - standardErrors: Their standard errors. The standard error of the distance is that of
        ///     the sum of the positive parts of two independent normal variables.
        public init(forward: Double, backward: Double, standardErrors: (forward: Double, backward: Double)? = nil) {
            value = max(forward, 0) + max(backward, 0)
            standardError = standardErrors.map {
                (positivePartVariance(mean: forward, standardDeviation: $0.forward)
                    + positivePartVariance(mean: backward, standardDeviation: $0.backward)).squareRoot()
            }
        }
    }

    /// The distinct names of all entries.
    public let names: [String]
    /// The measured distances.
    public let measurements: [EntryPair: Measurement]
    /// The transfers behind the measurements, with T(i→j) in row i and column j, or `nil` in a cell
    /// not measured; `nil` if unknown.
    public let transfers: SquareMatrix<Double?>?
    /// The standard errors of the transfers, with the same layout; `nil` if unknown.
    public let transferStandardErrors: SquareMatrix<Double?>?
    /// The units of the distances and transfers.
    public let units: HeterogeneityUnits

    /// Creates a sample from the distances of some pairs.
    ///
    /// - Throws: ``MatrixError`` for names as for a complete matrix, pairs outside the entries, and
    ///   values that are negative, infinite, NaN or too large.
    public init(
        names: [String], measurements: [EntryPair: Measurement], units: HeterogeneityUnits = .unspecified
    ) throws {
        try HeterogeneityMatrix.check(names: names)
        for (pair, measurement) in measurements.sorted(by: { $0.key < $1.key }) {
            guard pair.first >= 0, pair.first < pair.second, pair.second < names.count else {
                throw MatrixError(
                    place: "pair \(pair.first), \(pair.second)",
                    problem: .outOfRange("expected two different positions from 0 to \(names.count - 1)"))
            }
            let place = "pair \(names[pair.first]), \(names[pair.second])"
            for value in [measurement.value, measurement.standardError ?? 0] {
                guard value.isFinite else { throw MatrixError(place: place, problem: .notFinite(value)) }
                guard value >= 0 else { throw MatrixError(place: place, problem: .negative(value)) }
                guard value <= HeterogeneityMatrix.largestValue else {
                    throw MatrixError(place: place, problem: .tooLarge(value, limit: HeterogeneityMatrix.largestValue))
                }
            }
        }
        self.names = names
        self.measurements = measurements
        self.units = units
        transfers = nil
        transferStandardErrors = nil
    }

    /// Creates a sample from the pairs whose transfers are known in both directions.
    ///
    /// - Parameters:
    ///   - names: One name per entry.
    ///   - transfers: T(i→j) in row i and column j; `nil` if not measured.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - units: Units of the transfers.
    /// - Throws: ``MatrixError`` for names as for a complete matrix, sizes that differ, values that
    ///   are infinite, NaN or too large, and negative standard errors.
    public init(
        names: [String], transfers: SquareMatrix<Double?>, transferStandardErrors: SquareMatrix<Double?>? = nil,
        units: HeterogeneityUnits
    ) throws {
        try HeterogeneityMatrix.check(names: names)
        try HeterogeneityMatrix.check(transfers, names: names, key: "transfers", nonnegative: false)
        if let errors = transferStandardErrors {
            try HeterogeneityMatrix.check(errors, names: names, key: "transfer_standard_errors", nonnegative: true)
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

    /// Checks that every entry is in a measured pair. Imputation requires it.
    ///
    /// - Throws: ``MatrixError`` naming the first entry in no measured pair.
    func checkCoverage() throws {
        let measured = Set(measurements.keys.flatMap { [$0.first, $0.second] })
        if let lonely = names.indices.first(where: { !measured.contains($0) }) {
            throw MatrixError(
                place: "\(names[lonely])",
                problem: .outOfRange("in no measured pair, expected at least one for every entry"))
        }
    }
}
