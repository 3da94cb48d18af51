/// A square matrix in row-major order, encoded as an array of rows.
public struct SquareMatrix<Element: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    /// The number of rows and of columns.
    public let count: Int

    private var elements: [Element]

    /// Creates a matrix whose elements all have one value.
    ///
    /// - Parameters:
    ///   - count: Number of rows and columns; a negative number gives an empty matrix.
    ///   - value: Value of every element.
    public init(count: Int, repeating value: Element) {
        self.count = max(0, count)
        elements = Array(repeating: value, count: self.count * self.count)
    }

    /// Creates a matrix from its rows.
    ///
    /// - Parameter rows: The n rows of n values.
    /// - Throws: ``MatrixError`` if the length of a row differs from the number of rows.
    public init(rows: [[Element]]) throws {
        for (index, row) in rows.enumerated() where row.count != rows.count {
            throw MatrixError(place: "row \(index + 1)", problem: .notSquare(found: row.count, expected: rows.count))
        }
        count = rows.count
        elements = rows.flatMap { $0 }
    }

    /// Decodes an array of rows.
    ///
    /// - Throws: ``MatrixError`` if the rows are not square; `DecodingError` for other JSON.
    public init(from decoder: any Decoder) throws {
        try self.init(rows: [[Element]](from: decoder))
    }

    /// Encodes an array of rows.
    ///
    /// - Throws: An encoding error when a number is not finite.
    public func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    /// The element in a row and a column, both counted from 0.
    ///
    /// - Precondition: Both indices are in `0..<count`.
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

    /// The rows from top to bottom.
    public var rows: [[Element]] {
        (0..<count).map { row in Array(elements[(row * count)..<((row + 1) * count)]) }
    }
}
