/// A small overview of a modality or target, for display.
public struct Sketch: Codable, Hashable, Sendable {
    /// The meaning of the values, which determines how they are drawn.
    public enum Form: String, Codable, Hashable, Sendable {
        /// Gray values in raw units, with the top row first.
        case picture
        /// Channels over time in raw units: the last channel is the top row, and columns are time.
        case heatMap = "heat-map"
        /// Means along the tokens, in stored units.
        case line
        /// Counts in equal bins of a range. Values outside the range count in the outermost bins.
        case histogram
    }

    /// The form of the sketch.
    public let form: Form
    /// The rows that the sketch summarises, as text for people.
    public let subject: String
    /// The number of rows of values.
    public let rows: Int
    /// The number of values per row.
    public let columns: Int
    /// The values, `[rows, columns]`, row-major; `nil` for a cell without valid values.
    public let values: [Double?]
    /// The lowest value, or the lower end of a histogram's range.
    public let lowest: Double
    /// The highest value, or the upper end of a histogram's range.
    public let highest: Double

    /// Creates a sketch from the means of a grid's cells; `nil` if all cells are empty.
    init?(_ form: Form, of subject: String, cells: SketchCells) {
        let values = cells.means
        let cellMeans = values.compactMap(\.self)
        guard let lowest = cellMeans.min(), let highest = cellMeans.max() else { return nil }
        self.init(
            form: form, subject: subject, rows: cells.rows, columns: cells.columns, values: values, lowest: lowest,
            highest: highest)
    }

    init(form: Form, subject: String, rows: Int, columns: Int, values: [Double?], lowest: Double, highest: Double) {
        self.form = form
        self.subject = subject
        self.rows = rows
        self.columns = columns
        self.values = values
        self.lowest = lowest
        self.highest = highest
    }
}
