import Files
import Foundation

/// A drawing of a report, which can also stand alone.
public struct Drawing {
    /// The width at scale 1, in pixels.
    public let width: Double
    /// The height at scale 1, in pixels.
    public let height: Double
    /// The elements of SVG.
    let content: String
    /// The description for screen readers.
    let label: String
    /// The cells that a reader can visit with the arrow keys; `nil` without such cells.
    var cells: DrawingCells?

    /// The drawing within a page. Where the page is narrower, it can be scrolled.
    var html: String {
        let visit =
            cells.map {
                " tabindex=\"0\" data-x=\"\(Markup.place($0.x))\" data-y=\"0\" data-size=\"\(Markup.place($0.size))\""
            }
            ?? ""
        let svg =
            "<svg font-family=\"sans-serif\" font-size=\"11\" width=\"\(Markup.place(width))\" "
            + "height=\"\(Markup.place(height))\" viewBox=\"0 0 \(Markup.place(width)) \(Markup.place(height))\" "
            + "role=\"\(cells == nil ? "img" : "application")\" aria-label=\"\(Markup.escaped(label))\"\(visit)>\(content)</svg>"
        guard let cells else {
            return "<div class=\"draw\">\(svg)</div>"
        }
        return """
            <figure class="map"><output aria-live="polite">Point at a cell, or use the arrow keys, to read its \
            value.</output><div class="draw">\(svg)</div><script type="application/json">\(cells.json)</script></figure>
            """
    }

    /// The drawing as a file of SVG, in the colours of the light page.
    public var file: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="11" width="\(Markup.place(width))" \
        height="\(Markup.place(height))" viewBox="0 0 \(Markup.place(width)) \(Markup.place(height))" role="img">
        <title>\(Markup.escaped(label))</title>
        <style>\(RunReport.resolvedDrawingStyle)</style>
        <rect width="100%" height="100%" fill="#fff"/>
        \(content)
        </svg>

        """
    }
}

/// The cells of a matrix in a drawing.
struct DrawingCells {
    /// The left edge of the first cell; the upper edge is 0.
    let x: Double
    /// The width and height of a cell.
    let size: Double
    /// The names of the rows, which are also those of the columns.
    let names: [String]
    /// The word between the names of a row and a column.
    let relation: String
    /// The text of each cell, row by row; `nil` for an empty cell.
    let texts: [[String?]]

    /// The cells for the script of the page.
    var json: String {
        struct Content: Encodable {
            var names: [String]
            var relation: String
            var texts: [[String?]]
        }
        let data = try? JSONFile.encode(Content(names: names, relation: relation, texts: texts), layout: .compact)
        // No text may end the script element.
        return String(decoding: data ?? .init(), as: UTF8.self).replacingOccurrences(of: "<", with: "\\u003c")
    }
}
