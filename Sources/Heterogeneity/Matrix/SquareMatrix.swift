/// A square matrix of values in row order.
///
/// It is encoded as an array of rows, so that any other program can read it.
public struct SquareMatrix<Element: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    /// Number of rows, which is the number of columns.
    public let count: Int

    private var elements: [Element]

    /// A matrix with the same value everywhere.
    ///
    /// - Parameters:
    ///   - count: Number of rows and columns; a negative number gives an empty matrix.
    ///   - value: The value of every element.
    public init(count: Int, repeating value: Element) {
        self.count = max(0, count)
        elements = Array(repeating: value, count: self.count * self.count)
    }

    /// A matrix from its rows.
    ///
    /// - Parameter rows: n rows of n values.
    /// - Throws: ``MatrixError`` if a row has another length than the number of rows.
    public init(rows: [[Element]]) throws {
        for (index, row) in rows.enumerated() where row.count != rows.count {
            throw MatrixError(
                place: "row \(index + 1)",
                problem: .notSquare(found: row.count, expected: rows.count)
            )
        }
        count = rows.count
        elements = rows.flatMap { $0 }
    }

    /// Reads an array of rows.
    public init(from decoder: any Decoder) throws {
        try self.init(rows: [[Element]](from: decoder))
    }

    /// Writes an array of rows.
    public func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    /// The element in a row and a column, both counted from 0.
    ///
    /// Indices outside `0..<count` are a mistake in the program, as with arrays.
    public subscript(row: Int, column: Int) -> Element {
        get {
            precondition(row >= 0 && row < count && column >= 0 && column < count, "matrix index out of range")
            return elements[row * count + column]
        }
        set {
            precondition(row >= 0 && row < count && column >= 0 && column < count, "matrix index out of range")
            elements[row * count + column] = newValue
        }
    }

    /// All rows, top to bottom.
    public var rows: [[Element]] {
        (0..<count).map { row in Array(elements[(row * count)..<((row + 1) * count)]) }
    }
}
