/// Cells as they were read: rows of values, some blank, with the words that name each place.
///
/// Accepted forms: the full matrix, one whole triangle with the other blank, and rows that stop at (or before) the diagonal.
struct MatrixCells {
    /// Mirrored values may differ by this share of the larger one.
    static let tolerance = 1e-6

    let rows: [[Double?]]
    /// Names a place, given the row and the column counted from 0.
    let place: (_ row: Int, _ column: Int) -> String
    /// Names a row.
    let rowPlace: (_ row: Int) -> String

    init(_ rows: [[Double?]], place: @escaping (Int, Int) -> String, rowPlace: @escaping (Int) -> String) {
        self.rows = rows
        self.place = place
        self.rowPlace = rowPlace
    }

    /// Cells under a key of a JSON object, or of a matrix in memory.
    init(_ rows: [[Double?]], key: String) {
        self.init(
            rows,
            place: { "\(key), row \($0 + 1), column \($1 + 1)" },
            rowPlace: { "\(key), row \($0 + 1)" }
        )
    }

    /// The symmetric matrix that the cells stand for.
    ///
    /// - Parameters:
    ///   - names: One name for each row and column.
    ///   - diagonalIsZero: Whether a value on the diagonal other than 0 is an error; otherwise the diagonal is replaced by 0.
    /// - Throws: ``MatrixError`` at the first cell that does not fit.
    func symmetric(names: [String], diagonalIsZero: Bool) throws -> SquareMatrix<Double> {
        let count = names.count
        let omittedRows = omitsFirstRow(of: count) ? 1 : 0
        guard rows.count + omittedRows == count else {
            throw MatrixError(place: "rows", problem: .notSquare(found: rows.count, expected: count))
        }
        func error(_ row: Int, _ column: Int, _ problem: MatrixError.Problem) -> MatrixError {
            let row = max(row, omittedRows)
            return MatrixError(
                place: "\(place(row - omittedRows, column)) (\(names[row]), \(names[column]))",
                problem: problem
            )
        }

        var cells = SquareMatrix<Double?>(count: count, repeating: nil)
        for (index, row) in rows.enumerated() {
            guard row.count <= count else {
                throw MatrixError(place: rowPlace(index), problem: .notSquare(found: row.count, expected: count))
            }
            let i = index + omittedRows
            for (j, cell) in row.enumerated() {
                guard let value = cell else { continue }
                guard value.isFinite else { throw error(i, j, .notFinite(value)) }
                guard value >= 0 else { throw error(i, j, .negative(value)) }
                guard value <= HeterogeneityMatrix.largestValue else {
                    throw error(i, j, .tooLarge(value, limit: HeterogeneityMatrix.largestValue))
                }
                guard i != j || value == 0 || !diagonalIsZero else { throw error(i, j, .nonzeroDiagonal(value)) }
                cells[i, j] = value
            }
        }

        let pairs = EntryPair.all(of: count)
        let hasUpper = pairs.contains { cells[$0.first, $0.second] != nil }
        let hasLower = pairs.contains { cells[$0.second, $0.first] != nil }
        var matrix = SquareMatrix(count: count, repeating: 0.0)
        for row in 0..<count {
            for column in 0..<row {
                let lower = cells[row, column]
                let upper = cells[column, row]
                if lower == nil && (hasLower || !hasUpper) { throw error(row, column, .missing) }
                if upper == nil && hasUpper { throw error(column, row, .missing) }
                var value = lower ?? upper ?? 0
                if let lower, let upper, lower != upper {
                    guard abs(lower - upper) <= Self.tolerance * max(lower, upper) else {
                        throw error(row, column, .asymmetric(lower, mirrored: upper))
                    }
                    value = lower / 2 + upper / 2
                }
                (matrix[row, column], matrix[column, row]) = (value, value)
            }
        }
        return matrix
    }

    /// Whether the rows are a triangle below the diagonal that leaves out the first row, which would be empty.
    private func omitsFirstRow(of count: Int) -> Bool {
        count > 1 && rows.count == count - 1
            && rows.enumerated().allSatisfy { index, row in
                row.count > index && row.prefix(index + 1).allSatisfy { $0 != nil }
                    && row.dropFirst(index + 1).allSatisfy { $0 == nil }
            }
    }
}
