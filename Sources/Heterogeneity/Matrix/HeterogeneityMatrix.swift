/// Pairwise distances between named entries.
///
/// Entries are streams (modality heterogeneity) or pairs of streams (interaction heterogeneity).
/// The distance is d(X1; X2) = max(T(X1→X2), 0) + max(T(X2→X1), 0) ≥ 0, symmetric and zero on the
/// diagonal. The transfer T(X1→X2) is the minimum loss on X2 when training starts from parameters
/// fitted to X1, minus the minimum loss from random initialisation. Source: HighMMT, TMLR 2023.
///
/// The JSON form is an object with the keys `names` and `values`, and, where known,
/// `standard_errors`, `transfers`, `transfer_standard_errors`, `transfer_own_errors`, `explained`,
/// `explained_standard_errors`, `unknown`, `imputed` and `units`. Matrices are arrays of rows. A
/// transfer that was not measured is null. `unknown` follows from `explained` and is not read.
public struct HeterogeneityMatrix: Sendable, Equatable {
    /// The maximum number of entries of a matrix.
    public static let maximumCount = 1024
    /// The maximum magnitude of a distance, standard error or transfer.
    public static let largestValue = 1e100

    /// The distinct names of the entries, one per row and column.
    public let names: [String]
    /// The distances `[count, count]`, symmetric with a zero diagonal, in ``units``.
    public let values: SquareMatrix<Double>
    /// The standard errors of the distances `[count, count]`, symmetric; `nil` if unknown.
    public let standardErrors: SquareMatrix<Double>?
    /// The transfers `[count, count]`, with T(i→j) in row i and column j; `nil` if unknown.
    ///
    /// A positive value is negative transfer: it raises the loss.
    public let transfers: SquareMatrix<Double?>?
    /// The standard errors of the transfers, with the same layout; `nil` if unknown.
    public let transferStandardErrors: SquareMatrix<Double?>?
    /// The standard errors of the transfers without the error shared by all transfers to an entry;
    /// `nil` if unknown.
    ///
    /// The shared error comes from the random-start baseline and from the difficulty of the
    /// validation samples.
    public private(set) var transferOwnErrors: SquareMatrix<Double?>?
    /// The share of the loss of chance that the predictor of each entry explains; `nil` if unknown.
    public private(set) var explained: ExplainedShares?
    /// The imputed pairs, which were not measured, ascending.
    public let imputed: [EntryPair]
    /// The units of the distances and transfers.
    public let units: HeterogeneityUnits

    /// The number of entries, which is the number of rows and of columns.
    public var count: Int { names.count }

    /// The distance between two entries, with positions counted from 0.
    public subscript(first: Int, second: Int) -> Double { values[first, second] }

    /// The distances of all pairs in the order of ``EntryPair/all(of:)``.
    public var condensed: [Double] {
        EntryPair.all(of: count).map { values[$0.first, $0.second] }
    }

    /// Creates a matrix of known distances.
    ///
    /// Mirrored distances may differ by a relative 10⁻⁶ due to rounding; their mean is kept.
    ///
    /// - Parameters:
    ///   - names: One name per entry, 2 to ``maximumCount`` of them.
    ///   - values: Distances, `[count, count]`.
    ///   - standardErrors: Standard errors of the distances, `[count, count]`.
    ///   - transfers: T(i→j) in row i and column j; `nil` if not measured.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - imputed: The pairs that were imputed rather than measured.
    ///   - units: Units of the distances and transfers.
    /// - Throws: ``MatrixError`` for names that are empty or repeat, sizes that differ, and values
    ///   that are missing, negative, infinite, NaN, too large, asymmetric, or not zero on the
    ///   diagonal.
    public init(
        names: [String], values: SquareMatrix<Double>, standardErrors: SquareMatrix<Double>? = nil,
        transfers: SquareMatrix<Double?>? = nil, transferStandardErrors: SquareMatrix<Double?>? = nil,
        imputed: [EntryPair] = [], units: HeterogeneityUnits = .unspecified
    ) throws {
        try self.init(
            names: names, cells: MatrixCells(values.rows, key: "values"),
            standardErrorCells: standardErrors.map { MatrixCells($0.rows, key: "standard_errors") },
            transfers: transfers, transferStandardErrors: transferStandardErrors, imputed: imputed, units: units)
    }

    /// Creates a matrix from measured transfers, with d = max(T(i→j), 0) + max(T(j→i), 0).
    ///
    /// If all transfers have standard errors, so do the distances: those of the sum of the positive
    /// parts of two independent normal variables.
    ///
    /// - Parameters:
    ///   - names: One name per entry.
    ///   - transfers: T(i→j) in row i and column j. Every pair i ≠ j is required; the diagonal is
    ///     ignored.
    ///   - transferStandardErrors: Standard errors of the transfers.
    ///   - units: Units of the transfers.
    /// - Throws: ``MatrixError`` for a transfer that is missing, not finite or too large, a
    ///   standard error that is not valid, and for names as in the other initialiser.
    public init(
        names: [String], transfers: SquareMatrix<Double?>, transferStandardErrors: SquareMatrix<Double?>? = nil,
        units: HeterogeneityUnits
    ) throws {
        let sampled = try SampledHeterogeneity(
            names: names, transfers: transfers, transferStandardErrors: transferStandardErrors, units: units)
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
            names: names, values: values,
            standardErrors: sampled.measurements.values.allSatisfy { $0.standardError != nil } ? errors : nil,
            transfers: transfers, transferStandardErrors: transferStandardErrors, units: units)
    }

    init(
        names: [String], cells: MatrixCells, standardErrorCells: MatrixCells?, transfers: SquareMatrix<Double?>?,
        transferStandardErrors: SquareMatrix<Double?>?, imputed: [EntryPair], units: HeterogeneityUnits
    ) throws {
        try Self.check(names: names)
        self.names = names
        values = try cells.symmetric(names: names, diagonalIsZero: true)
        standardErrors = try standardErrorCells?.symmetric(names: names, diagonalIsZero: false)
        if let transfers {
            try Self.check(transfers, names: names, key: "transfers", nonnegative: false)
        }
        if let transferStandardErrors {
            try Self.check(transferStandardErrors, names: names, key: "transfer_standard_errors", nonnegative: true)
        }
        self.transfers = transfers
        self.transferStandardErrors = transferStandardErrors
        for pair in imputed where pair.first < 0 || pair.first == pair.second || pair.second >= names.count {
            throw MatrixError(
                place: "imputed",
                problem: .outOfRange(
                    "the pair \(pair.first), \(pair.second), expected two different positions from 0 to \(names.count - 1)"
                ))
        }
        self.imputed = imputed.sorted()
        self.units = units
    }

    /// Returns the matrix with other ``transferOwnErrors``.
    ///
    /// - Throws: ``MatrixError`` for another size, and for errors that are negative, infinite or
    ///   NaN.
    func with(transferOwnErrors errors: SquareMatrix<Double?>?) throws -> HeterogeneityMatrix {
        if let errors { try Self.check(errors, names: names, key: "transfer_own_errors", nonnegative: true) }
        var matrix = self
        matrix.transferOwnErrors = errors
        return matrix
    }

    /// Returns the matrix with other ``explained`` shares.
    ///
    /// - Throws: ``MatrixError`` for another number of entries.
    package func with(explained: ExplainedShares?) throws -> HeterogeneityMatrix {
        if let explained, explained.values.count != count {
            throw MatrixError(
                place: "explained", problem: .notSquare(found: explained.values.count, expected: count))
        }
        var matrix = self
        matrix.explained = explained
        return matrix
    }

    /// Checks that names are distinct, printable and neither too few nor too many.
    ///
    /// - Throws: ``MatrixError`` for the first name that is not.
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

    /// Describes a cell for error messages, by position counted from 1 and by names.
    static func place(_ key: String, _ row: Int, _ column: Int, _ names: [String]) -> String {
        "\(key), row \(row + 1), column \(column + 1) (\(names[row]), \(names[column]))"
    }

    /// Checks the size and the off-diagonal values of a matrix.
    ///
    /// - Throws: ``MatrixError`` at the first value that is infinite, NaN, too large or, if
    ///   `nonnegative`, negative.
    static func check(_ matrix: SquareMatrix<Double?>, names: [String], key: String, nonnegative: Bool) throws {
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
