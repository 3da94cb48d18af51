import Foundation

/// The two colours of drawings. Their attributes hold where a viewer does not apply the page's style to drawings.
enum Tone: String {
    /// More than nothing, harm, validation.
    case over
    /// Less than nothing, help, training.
    case under

    private var colour: String { self == .over ? "#d95f02" : "#1f6fb4" }

    /// Attributes of a filled shape.
    func filled(_ more: String = "") -> String { "class=\"\(rawValue)\(more)\" fill=\"\(colour)\"" }

    /// Attributes of a line.
    var drawn: String {
        "class=\"line \(rawValue)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\""
    }
}

/// Pieces of HTML whose texts cannot become markup.
enum Markup {
    /// A text with every character that means something in HTML replaced.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
    }

    /// A table; the first column holds names, the others numbers.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return "<table>\(row(header, "th"))\n" + rows.map { row($0, "td") }.joined(separator: "\n") + "</table>"
    }

    /// A number with some decimals; a dash for nothing.
    static func number(_ value: Double?, decimals: Int = 3) -> String {
        guard let value, value.isFinite else { return "–" }
        return String(format: "%.\(decimals)f", value)
    }

    /// A text in a drawing.
    static func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start") -> String {
        "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
    }

    /// A coordinate.
    static func place(_ value: Double) -> String { String(format: "%.1f", value) }

    /// A drawing of some size, as wide as there is room.
    static func drawing(width: Double, height: Double, _ content: String, label: String) -> String {
        "<svg font-family=\"sans-serif\" font-size=\"11\" viewBox=\"0 0 \(place(width)) \(place(height))\" style=\"max-width:\(place(width))px\" role=\"img\" "
            + "aria-label=\"\(escaped(label))\">\(content)</svg>"
    }
}
