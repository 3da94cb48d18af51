/// A modality or target at a glance, in few enough numbers to look at.
public struct Sketch: Codable, Hashable, Sendable {
    /// What the numbers are, and how they are drawn.
    public enum Form: String, Codable, Hashable, Sendable {
        /// Gray values in rows from the top, raw units.
        case picture
        /// Numbers in rows, the last channel on top, and columns, which are time; raw units.
        case heatMap = "heat-map"
        /// Means along the tokens, in the units that are stored.
        case line
        /// How many numbers lie in each of equal parts of a range; what lies outside counts at the ends.
        case histogram
    }

    /// What the numbers are.
    public let form: Form
    /// Of which rows, for people.
    public let subject: String
    /// Rows of numbers.
    public let rows: Int
    /// Numbers in a row.
    public let columns: Int
    /// The numbers, `[rows, columns]`, row-major; absent where there is nothing valid.
    public let values: [Double?]
    /// Lowest number, or for a histogram the beginning of its range.
    public let lowest: Double
    /// Highest number, or for a histogram the end of its range.
    public let highest: Double

    /// Means of the cells of a grid; `nil` where all cells are empty.
    init?(_ form: Form, of subject: String, cells: SketchCells) {
        let values = cells.means
        let known = values.compactMap(\.self)
        guard let lowest = known.min(), let highest = known.max() else { return nil }
        self.init(
            form: form,
            subject: subject,
            rows: cells.rows,
            columns: cells.columns,
            values: values,
            lowest: lowest,
            highest: highest
        )
    }

    init(
        form: Form,
        subject: String,
        rows: Int,
        columns: Int,
        values: [Double?],
        lowest: Double,
        highest: Double
    ) {
        self.form = form
        self.subject = subject
        self.rows = rows
        self.columns = columns
        self.values = values
        self.lowest = lowest
        self.highest = highest
    }
}
