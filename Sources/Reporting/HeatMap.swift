import Files
import Foundation

/// A heat map of a matrix: white for zero, orange for positive, blue for negative.
struct HeatMap {
    /// A cell of the matrix.
    struct Cell {
        var value: Double
        /// The standard error; `nil` if unknown.
        var error: Double?
        /// True if the value exceeds two standard errors.
        var isCertain = false
        var isImputed = false
    }

    /// The names of the rows and columns, in their order.
    let names: [String]
    /// The names of the entries whose rows and columns are hatched.
    let unknown: Set<String>
    /// The word between the names of a row and a column.
    let relation: String
    /// Returns a cell; `nil` leaves it empty.
    let cell: (Int, Int) -> Cell?

    /// The largest matrix that is drawn cell by cell. A larger one is a picture.
    private static let mostCells = 64

    private static let hatching = """
        <defs><pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <line y2="5" stroke="#888" stroke-width="1.5"/></pattern></defs>
        """

    /// Returns the drawing. The cell with the largest magnitude has the strongest colour.
    func drawing(label: String) -> Drawing {
        let size = names.count > Self.mostCells ? 12.0 : 18.0
        let left = 12 + (names.enumerated().map { Markup.width("\($1) \($0 + 1)") }.max() ?? 0)
        let side = Double(names.count) * size
        let cells = names.indices.map { row in names.indices.map { cell(row, $0) } }
        let largest = max(1e-12, knownValues(cells).map(abs).max() ?? 0)
        var parts = unknown.isEmpty ? [] : [Self.hatching]
        for (index, name) in names.enumerated() {
            let middle = (Double(index) + 0.5) * size
            parts.append(Markup.text(left - 4, middle + 4, "\(name) \(index + 1)", anchor: "end"))
            if size > 12 || index % 2 == 0 {
                parts.append(Markup.text(left + middle, side + 13, "\(index + 1)", anchor: "middle"))
            }
        }
        if names.count > Self.mostCells {
            parts.append(picture(cells, largest, x: left, side: side))
        } else {
            for row in names.indices {
                for column in names.indices { parts.append(drawn(cells, row, column, largest, left, size)) }
            }
        }
        parts.append(legend(cells, largest, x: left, y: side + 26))
        let texts = names.indices.map { row in names.indices.map { text(cells, row, $0) } }
        return Drawing(
            width: left + max(side, 300) + 12, height: side + 58, content: parts.joined(separator: "\n"), label: label,
            cells: DrawingCells(x: left, size: size, names: names, relation: relation, texts: texts))
    }

    private func isKnown(_ row: Int, _ column: Int) -> Bool {
        !unknown.contains(names[row]) && !unknown.contains(names[column])
    }

    private func knownValues(_ cells: [[Cell?]]) -> [Double] {
        names.indices.flatMap { row in
            names.indices.compactMap { isKnown(row, $0) ? cells[row][$0]?.value : nil }
        }
    }

    private func text(_ cells: [[Cell?]], _ row: Int, _ column: Int) -> String? {
        guard let cell = cells[row][column] else { return nil }
        guard isKnown(row, column) else { return "unknown" }
        return Markup.number(cell.value) + (cell.error.map { " ± \(Markup.number($0))" } ?? "")
            + (cell.isImputed ? ", imputed" : "")
    }

    private func drawn(
        _ cells: [[Cell?]], _ row: Int, _ column: Int, _ largest: Double, _ left: Double, _ size: Double
    ) -> String {
        guard let cell = cells[row][column] else { return "" }
        let (x, y) = (left + Double(column) * size, Double(row) * size)
        let box = Markup.attributes(["x": x, "y": y, "width": size - 1, "height": size - 1])
        let title =
            "<title>"
            + Markup.escaped("\(names[row]) \(relation) \(names[column]): \(text(cells, row, column) ?? "")")
            + "</title>"
        guard isKnown(row, column) else { return "<rect \(box) fill=\"url(#unknown)\">\(title)</rect>" }
        let tone = cell.value >= 0 ? Tone.over : .under
        let strength = (abs(cell.value) / largest).squareRoot()
        let rect =
            "<rect \(box) \(tone.filled(cell.isImputed ? " imputed" : "")) "
            + "fill-opacity=\"\(Markup.number(0.04 + 0.96 * strength, decimals: 2))\">\(title)</rect>"
        guard cell.isCertain else { return rect }
        return rect + "<circle \(Markup.attributes(["cx": x + size / 2 - 0.5, "cy": y + size / 2 - 0.5])) r=\"1.6\"/>"
    }

    /// Returns the matrix as a picture with one pixel per cell, on transparent ground.
    private func picture(_ cells: [[Cell?]], _ largest: Double, x: Double, side: Double) -> String {
        let rows = names.indices.map { row in
            names.indices.flatMap { column -> [UInt8] in
                guard let cell = cells[row][column] else { return [0, 0, 0, 0] }
                guard isKnown(row, column) else { return [128, 128, 128, 128] }
                let strength = (abs(cell.value) / largest).squareRoot()
                return (cell.value >= 0 ? [217, 95, 2] : [31, 111, 180]) + [UInt8((255 * strength).rounded())]
            }
        }
        let data = Data(PNGWriter.png(width: names.count, rows: rows, hasOpacity: true)).base64EncodedString()
        return "<image \(Markup.attributes(["x": x, "y": 0, "width": side, "height": side])) "
            + "preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,\(data)\"/>"
    }

    /// Returns the scale of colours, with the values that it stands for.
    private func legend(_ cells: [[Cell?]], _ largest: Double, x: Double, y: Double) -> String {
        let hasNegative = knownValues(cells).contains { $0 < 0 }
        let steps = hasNegative ? [-1.0, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 1]
        let width = 30.0
        return steps.enumerated().map { index, step in
            let tone = step >= 0 ? Tone.over : .under
            let place = Markup.attributes(["x": x + Double(index) * width, "y": y, "width": width - 1, "height": 10])
            let value = index % 2 == 0 ? Markup.number(step * abs(step) * largest, decimals: 2) : ""
            return
                "<rect \(place) \(tone.filled()) fill-opacity=\"\(Markup.number(0.04 + 0.96 * abs(step), decimals: 2))\"/>"
                + Markup.text(x + (Double(index) + 0.5) * width, y + 24, value, anchor: "middle")
        }.joined(separator: "\n")
    }
}
