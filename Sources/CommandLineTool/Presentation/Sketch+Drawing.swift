import Multimodal

extension Sketch {
    /// Returns the sketch as lines of text.
    func lines(_ style: SketchStyle) -> [String] {
        switch form {
        case .line, .histogram: [String(values.map { level($0, style) })]
        case .picture, .heatMap: stride(from: 0, to: rows, by: 2).map { line(of: $0, style) }
        }
    }

    private func level(_ value: Double?, _ style: SketchStyle) -> Character {
        // An empty bin and a nearly empty one must look different.
        guard let value, form != .histogram || value > 0 else { return " " }
        let highest = form == .histogram ? values.compactMap(\.self).max() ?? 1 : self.highest
        let lowest = form == .histogram ? 0 : self.lowest
        return Self.pick(style.levels, value, lowest, highest)
    }

    /// Returns one line of text that shows two rows of values.
    private func line(of row: Int, _ style: SketchStyle) -> String {
        var text = ""
        for column in 0..<columns {
            let upper = values[row * columns + column]
            let lower = row + 1 < rows ? values[(row + 1) * columns + column] : nil
            if style == .gray {
                text += "\(Self.colour(38, gray(upper)))\(Self.colour(48, gray(lower)))▀"
            } else {
                let halves = [upper, lower].compactMap(\.self)
                let mean = halves.isEmpty ? nil : halves.reduce(0, +) / Double(halves.count)
                text.append(mean.map { Self.pick(style.shades, $0, lowest, highest) } ?? " ")
            }
        }
        return style == .gray ? text + "\u{1B}[0m" : text
    }

    /// Returns one of the 24 grays of a terminal with 256 colours.
    private func gray(_ value: Double?) -> Int? {
        value.map { 232 + Self.index($0, lowest, highest, of: 24) }
    }

    private static func colour(_ plane: Int, _ gray: Int?) -> String {
        gray.map { "\u{1B}[\(plane);5;\($0)m" } ?? "\u{1B}[\(plane == 38 ? 30 : 49)m"
    }

    private static func pick(_ marks: [Character], _ value: Double, _ low: Double, _ high: Double) -> Character {
        marks[index(value, low, high, of: marks.count)]
    }

    private static func index(_ value: Double, _ low: Double, _ high: Double, of count: Int) -> Int {
        let share = (value - low) / (high - low)
        guard high > low, share.isFinite else { return count / 2 }
        return Int((min(max(share, 0), 1) * Double(count - 1)).rounded())
    }
}
