/// The means of values that fall into the cells of a small grid laid over a larger one.
struct SketchCells {
    let rows: Int
    let columns: Int
    private let height: Int
    private let width: Int
    private var sums: [Double]
    private var counts: [Double]

    /// Creates a grid over `height` × `width` positions, with at most the given rows and columns.
    init(height: Int, width: Int, rows: Int, columns: Int) {
        self.height = height
        self.width = width
        self.rows = min(height, rows)
        self.columns = min(width, columns)
        sums = [Double](repeating: 0, count: self.rows * self.columns)
        counts = sums
    }

    /// Creates a grid that keeps the aspect ratio of `height` × `width` positions.
    init(height: Int, width: Int, within rows: Int, _ columns: Int) {
        let scale = max(1, Double(height) / Double(rows), Double(width) / Double(columns))
        self.init(
            height: height, width: width, rows: max(1, Int((Double(height) / scale).rounded())),
            columns: max(1, Int((Double(width) / scale).rounded())))
    }

    mutating func add(_ value: Double, row: Int, column: Int) {
        guard value.isFinite else { return }
        let cell = row * rows / height * columns + column * columns / width
        sums[cell] += value
        counts[cell] += 1
    }

    var means: [Double?] { zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil } }
}
