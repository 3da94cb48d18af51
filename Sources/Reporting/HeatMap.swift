/// A heat map of a matrix: white for zero, orange for positive, blue for negative.
struct HeatMap {
    /// The names of the rows and columns.
    let names: [String]
    /// The names of the entries whose rows and columns are hatched.
    let unknown: Set<String>
    /// Returns a cell's value, its tooltip, whether it exceeds two standard errors, and whether it
    /// was imputed; `nil` leaves the cell empty.
    let cell: (Int, Int) -> (value: Double, title: String, isCertain: Bool, isImputed: Bool)?

    private static let hatching = """
        <defs><pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <line y2="5" stroke="#888" stroke-width="1.5"/></pattern></defs>
        """

    /// Returns the drawing. The cell with the largest magnitude has the strongest colour.
    func svg(label: String) -> String {
        let size = names.count > 40 ? 11.0 : 18.0
        let margin = 24 + 6.4 * Double(min(40, names.map(\.count).max() ?? 0))
        var largest = 1e-12
        for row in names.indices {
            for column in names.indices where isKnown(row, column) {
                largest = max(largest, abs(cell(row, column)?.value ?? 0))
            }
        }
        var parts = unknown.isEmpty ? [] : [Self.hatching]
        for (row, name) in names.enumerated() {
            let y = Double(row) * size
            parts.append(Markup.text(margin - 4, y + size * 0.72, "\(name.suffix(40)) \(row + 1)", anchor: "end"))
            parts.append(
                Markup.text(
                    margin + 20 + y + size / 2, Double(names.count) * size + 12, "\(row + 1)", anchor: "middle"))
            for column in names.indices {
                guard let cell = cell(row, column) else { continue }
                guard isKnown(row, column) else {
                    parts.append(
                        "<rect x=\"\(Markup.place(margin + 20 + Double(column) * size))\" y=\"\(Markup.place(y))\" "
                            + "width=\"\(size - 1)\" height=\"\(size - 1)\" fill=\"url(#unknown)\">"
                            + "<title>\(Markup.escaped("\(names[row]), \(names[column]): unknown"))</title></rect>")
                    continue
                }
                let tone = cell.value >= 0 ? Tone.over : .under
                let strength = (abs(cell.value) / largest).squareRoot()
                let place = (x: margin + 20 + Double(column) * size, y: y)
                parts.append(
                    "<rect x=\"\(Markup.place(place.x))\" y=\"\(Markup.place(place.y))\" width=\"\(size - 1)\" "
                        + "height=\"\(size - 1)\" \(tone.filled(cell.isImputed ? " imputed" : "")) "
                        + "fill-opacity=\"\(Markup.number(0.04 + 0.96 * strength, decimals: 2))\">"
                        + "<title>\(Markup.escaped(cell.title))</title></rect>")
                if cell.isCertain {
                    parts.append(
                        "<circle cx=\"\(Markup.place(place.x + size / 2 - 0.5))\" "
                            + "cy=\"\(Markup.place(place.y + size / 2 - 0.5))\" r=\"1.6\"/>")
                }
            }
        }
        let side = Double(names.count) * size
        return Markup.drawing(width: margin + side + 24, height: side + 18, parts.joined(separator: "\n"), label: label)
    }

    private func isKnown(_ row: Int, _ column: Int) -> Bool {
        !unknown.contains(names[row]) && !unknown.contains(names[column])
    }
}
