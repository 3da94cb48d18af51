/// The cells of a matrix as read, some of them blank, with a description of each position for
/// errors.
///
/// Accepted forms are the full matrix, one complete triangle with the other one blank, and rows
/// that stop at or before the diagonal.
struct MatrixCells {
    /// The maximum difference of mirrored values, relative to the larger one.
    static let tolerance = 1e-6

    let rows: [[Double?]]
    /// Describes a position, given the row and the column counted from 0.
    let place: (_ row: Int, _ column: Int) -> String
    /// Describes a row, counted from 0.
    let rowPlace: (_ row: Int) -> String

    init(_ rows: [[Double?]], place: @escaping (Int, Int) -> String, rowPlace: @escaping (Int) -> String) {
        self.rows = rows
        self.place = place
        self.rowPlace = rowPlace
    }

    /// Creates cells from the value of a JSON key, or from a matrix in memory.
    init(_ rows: [[Double?]], key: String) {
        self.init(rows, place: { "\(key), row \($0 + 1), column \($1 + 1)" }, rowPlace: { "\(key), row \($0 + 1)" })
    }

    /// Returns the symmetric matrix that the cells represent.
    ///
    /// - Parameters:
    ///   - names: One name per row and column.
    ///   - diagonalIsZero: True to reject a nonzero diagonal, false to replace it by zeros.
    /// - Throws: ``MatrixError`` at the first cell that is missing, invalid or asymmetric.
    func symmetric(names: [String], diagonalIsZero: Bool) throws -> SquareMatrix<Double> {
        let count = names.count
        let omittedRows = omitsFirstRow(of: count) ? 1 : 0
        guard rows.count + omittedRows == count else {
            throw MatrixError(place: "rows", problem: .notSquare(found: rows.count, expected: count))
        }
        func error(_ row: Int, _ column: Int, _ problem: MatrixError.Problem) -> MatrixError {
            let row = max(row, omittedRows)
            return MatrixError(
                place: "\(place(row - omittedRows, column)) (\(names[row]), \(names[column]))", problem: problem)
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

    /// Returns true if the rows are a lower triangle without its first row, which would be empty.
    private func omitsFirstRow(of count: Int) -> Bool {
        count > 1 && rows.count == count - 1
            && rows.enumerated().allSatisfy { index, row in
                row.count > index && row.prefix(index + 1).allSatisfy { $0 != nil }
                    && row.dropFirst(index + 1).allSatisfy { $0 == nil }
            }
    }
}
