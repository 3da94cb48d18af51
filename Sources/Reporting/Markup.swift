import Foundation

/// The two colours of drawings.
///
/// They are also written as attributes, for viewers that do not apply the page's style to drawings.
enum Tone: String {
    /// Orange: positive values, harm, validation.
    case over
    /// Blue: negative values, help, training.
    case under

    private var colour: String { self == .over ? "#d95f02" : "#1f6fb4" }

    /// Returns the attributes of a filled shape.
    func filled(_ more: String = "") -> String { "class=\"\(rawValue)\(more)\" fill=\"\(colour)\"" }

    /// The attributes of a line.
    var drawn: String {
        "class=\"line \(rawValue)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\""
    }
}

/// Builds fragments of HTML and SVG, with all text escaped.
enum Markup {
    /// Returns a text with HTML's special characters escaped.
    static func escaped(_ text: String) -> String {
        // Scalars, since a combining mark would hide the character before it.
        text.unicodeScalars.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
    }

    /// Returns a table whose first column holds names and the others numbers.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return "<div class=\"wide\"><table>\(row(header, "th"))\n" + rows.map { row($0, "td") }.joined(separator: "\n")
            + "</table></div>"
    }

    /// Returns a whole number with narrow spaces between groups of three digits.
    static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        let groups = digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index) % 3 == 0 ? "\u{202f}\(digit)" : "\(digit)"
        }
        return (value < 0 ? "-" : "") + groups.joined()
    }

    /// Returns a number with a fixed number of decimals; a dash for `nil` or a number that is not
    /// finite.
    static func number(_ value: Double?, decimals: Int = 3) -> String {
        guard let value, value.isFinite else { return "–" }
        let text = String(format: "%.\(decimals)f", value)
        return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
    }

    /// Returns a text element of a drawing.
    static func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start") -> String {
        "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
    }

    /// Returns a coordinate with one decimal.
    static func place(_ value: Double) -> String { String(format: "%.1f", value) }

    /// Returns the width that a text needs at the size of drawings, estimated generously.
    static func width(_ text: String) -> Double {
        text.reduce(0) { width, character in
            switch character {
            case "i", "j", "l", "t", "f", "r", "I", ".", ",", ":", ";", "|", "'", "/", "-", " ", "(", ")": width + 4.4
            case "m", "w", "M", "W", "@", "%": width + 11
            case "A"..."Z", "→", "±": width + 9
            default: width + 7
            }
        }
    }

    /// Returns attributes for a shape.
    static func attributes(_ values: KeyValuePairs<String, Double>) -> String {
        values.map { "\($0.key)=\"\(place($0.value))\"" }.joined(separator: " ")
    }
}
