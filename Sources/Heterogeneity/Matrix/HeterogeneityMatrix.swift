/// Distances d ≥ 0 between named entries: streams (modality heterogeneity) or pairs of streams (interaction heterogeneity).
///
/// d(X1; X2) = max(T(X1→X2), 0) + max(T(X2→X1), 0), symmetric and zero on the diagonal, where T(X1→X2) is the smallest loss on
/// X2 when training starts from parameters fitted to X1, less the smallest loss from a random start (HighMMT, TMLR 2023).
///
/// As JSON it is an object with the keys `names`, `values`, and where known `standardErrors`, `transfers`,
/// `transferStandardErrors`, `transferOwnErrors`, `imputed` and `units`; matrices are arrays of rows, and a transfer that was not measured is null.
public struct HeterogeneityMatrix: Sendable, Equatable {
    /// The most entries that a matrix may have.
    public static let maximumCount = 1024
    /// The largest distance, error or transfer, in size.
    public static let largestValue = 1e100

    /// One name for each row and column; distinct.
    public let names: [String]
    /// The distances, count × count, symmetric with a zero diagonal.
    public let values: SquareMatrix<Double>
    /// Standard errors of the distances, count × count, symmetric; nil where unknown.
    public let standardErrors: SquareMatrix<Double>?
    /// Transfers: row i, column j holds T(i→j). Positive values are negative transfer. Nil where unknown.
    public let transfers: SquareMatrix<Double?>?
    /// Standard errors of the transfers, laid out like them.
    public let transferStandardErrors: SquareMatrix<Double?>?
    /// Standard errors of the transfers apart from what all transfers to an entry have in common: the random starts that they are
    /// compared with, and how hard the validation samples are. Nil where unknown.
    public private(set) var transferOwnErrors: SquareMatrix<Double?>?
    /// The pairs that were filled in rather than measured, ascending.
    public let imputed: [EntryPair]
    /// What the numbers count.
    public let units: HeterogeneityUnits

    /// Number of entries: rows, and columns.
    public var count: Int { names.count }

    /// The distance between two entries, counted from 0.
    public subscript(first: Int, second: Int) -> Double { values[first, second] }

    /// The distances of all pairs, in the order of ``EntryPair/all(of:)``.
    public var condensed: [Double] {
        EntryPair.all(of: count).map { values[$0.first, $0.second] }
    }

    /// A matrix of known distances.
    ///
    /// Mirrored distances may differ by rounding (10⁻⁶ of the larger one); their mean is kept.
    ///
    /// - Parameters:
    ///   - names: One name for each entry, 2 to ``maximumCount`` of them.
    ///   - values: Distances, count × count.
    ///   - standardErrors: Standard errors of the distances, count × count.
    ///   - transfers: T(i→j) in row i and column j; nil where not measured.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - imputed: The pairs that were filled in rather than measured.
    ///   - units: What the numbers count.
    /// - Throws: ``MatrixError`` for names that repeat, sizes that differ, and values that are missing, negative, infinite, NaN,
    ///   asymmetric, or not zero on the diagonal.
    public init(
        names: [String],
        values: SquareMatrix<Double>,
        standardErrors: SquareMatrix<Double>? = nil,
        transfers: SquareMatrix<Double?>? = nil,
        transferStandardErrors: SquareMatrix<Double?>? = nil,
        imputed: [EntryPair] = [],
        units: HeterogeneityUnits = .unspecified
    ) throws {
        try self.init(
            names: names,
            cells: MatrixCells(values.rows, key: "values"),
            standardErrorCells: standardErrors.map { MatrixCells($0.rows, key: "standardErrors") },
            transfers: transfers,
            transferStandardErrors: transferStandardErrors,
            imputed: imputed,
            units: units
        )
    }

    /// The matrix that follows from measured transfers, with d = max(T(i→j), 0) + max(T(j→i), 0).
    ///
    /// Where both standard errors are known, the distance's is that of the two positive parts of independent normal variables.
    ///
    /// - Parameters:
    ///   - names: One name for each entry.
    ///   - transfers: T(i→j) in row i and column j; every pair i ≠ j must be there, the diagonal is ignored.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - units: What the numbers count.
    /// - Throws: ``MatrixError`` if a transfer is missing or not finite, or for the names as in the other initialiser.
    public init(
        names: [String],
        transfers: SquareMatrix<Double?>,
        transferStandardErrors: SquareMatrix<Double?>? = nil,
        units: HeterogeneityUnits
    ) throws {
        let sampled = try SampledHeterogeneity(
            names: names,
            transfers: transfers,
            transferStandardErrors: transferStandardErrors,
            units: units
        )
        if let pair = EntryPair.all(of: names.count).first(where: { sampled.measurements[$0] == nil }) {
            let isForward = transfers[pair.first, pair.second] == nil
            let (row, column) = isForward ? (pair.first, pair.second) : (pair.second, pair.first)
            throw MatrixError(place: Self.place("transfers", row, column, names), problem: .missing)
        }
        var values = SquareMatrix(count: names.count, repeating: 0.0)
        var errors = SquareMatrix(count: names.count, repeating: 0.0)
        for (pair, measurement) in sampled.measurements {
            let (i, j) = (pair.first, pair.second)
            (values[i, j], values[j, i]) = (measurement.value, measurement.value)
            let error = measurement.standardError ?? 0
            (errors[i, j], errors[j, i]) = (error, error)
        }
        try self.init(
            names: names,
            values: values,
            standardErrors: sampled.measurements.values.allSatisfy { $0.standardError != nil } ? errors : nil,
            transfers: transfers,
            transferStandardErrors: transferStandardErrors,
            units: units
        )
    }

    init(
        names: [String],
        cells: MatrixCells,
        standardErrorCells: MatrixCells?,
        transfers: SquareMatrix<Double?>?,
        transferStandardErrors: SquareMatrix<Double?>?,
        imputed: [EntryPair],
        units: HeterogeneityUnits
    ) throws {
        try Self.check(names: names)
        self.names = names
        values = try cells.symmetric(names: names, diagonalIsZero: true)
        standardErrors = try standardErrorCells?.symmetric(names: names, diagonalIsZero: false)
        if let transfers {
            try Self.check(transfers, names: names, key: "transfers", nonnegative: false)
        }
        if let transferStandardErrors {
            try Self.check(transferStandardErrors, names: names, key: "transferStandardErrors", nonnegative: true)
        }
        self.transfers = transfers
        self.transferStandardErrors = transferStandardErrors
        for pair in imputed where pair.first < 0 || pair.first == pair.second || pair.second >= names.count {
            throw MatrixError(
                place: "imputed",
                problem: .outOfRange(
                    "the pair \(pair.first), \(pair.second) is not one of \(names.count) entries counted from 0"
                )
            )
        }
        self.imputed = imputed.sorted()
        self.units = units
    }

    /// The same matrix with ``transferOwnErrors``.
    ///
    /// - Throws: ``MatrixError`` for another size, and for errors that are negative, infinite or NaN.
    func with(transferOwnErrors errors: SquareMatrix<Double?>?) throws -> HeterogeneityMatrix {
        if let errors { try Self.check(errors, names: names, key: "transferOwnErrors", nonnegative: true) }
        var matrix = self
        matrix.transferOwnErrors = errors
        return matrix
    }

    static func check(names: [String]) throws {
        guard names.count >= 2 else { throw MatrixError(problem: .tooFewNames(names.count)) }
        guard names.count <= maximumCount else {
            throw MatrixError(problem: .tooManyNames(names.count, limit: maximumCount))
        }
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            guard !name.isEmpty, !name.unicodeScalars.contains(where: \.isControl) else {
                throw MatrixError(place: "name \(index + 1)", problem: .unusableName)
            }
            guard seen.insert(name).inserted else { throw MatrixError(problem: .duplicateName(name)) }
        }
    }

    static func place(_ key: String, _ row: Int, _ column: Int, _ names: [String]) -> String {
        "\(key), row \(row + 1), column \(column + 1) (\(names[row]), \(names[column]))"
    }

    static func check(
        _ matrix: SquareMatrix<Double?>,
        names: [String],
        key: String,
        nonnegative: Bool
    ) throws {
        guard matrix.count == names.count else {
            throw MatrixError(place: "\(key), rows", problem: .notSquare(found: matrix.count, expected: names.count))
        }
        for row in 0..<matrix.count {
            for column in 0..<matrix.count where row != column {
                guard let value = matrix[row, column] else { continue }
                let place = Self.place(key, row, column, names)
                guard value.isFinite else { throw MatrixError(place: place, problem: .notFinite(value)) }
                guard !nonnegative || value >= 0 else {
                    throw MatrixError(place: place, problem: .negative(value))
                }
                guard abs(value) <= largestValue else {
                    throw MatrixError(place: place, problem: .tooLarge(value, limit: largestValue))
                }
            }
        }
    }
}
