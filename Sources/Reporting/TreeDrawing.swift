/// A drawing of a dendrogram.
///
/// Entries are on the left, and merges extend to the right up to their distances. A dashed line
/// marks the cut into groups.
struct TreeDrawing {
    /// The dendrogram.
    let tree: ReportedRun.Tree
    /// The number of groups after the cut.
    let groups: Int

    private let row = 18.0
    private let width = 260.0

    /// Returns the drawing; `nil` for fewer than two entries.
    func drawing(label: String) -> Drawing? {
        let count = tree.names.count
        guard count >= 2, let highest = tree.merges.last?.height else { return nil }
        let margin = 12 + (tree.names.map(Markup.width).max() ?? 0)
        func x(_ height: Double) -> Double { margin + (highest > 0 ? width * height / highest : 0) }
        var places = Array(repeating: (x: margin, y: 0.0), count: count)
        var parts: [String] = []
        for (position, entry) in order.enumerated() {
            places[entry].y = (Double(position) + 0.5) * row
            parts.append(
                Markup.text(margin - 4, places[entry].y + 4, tree.names[entry], anchor: "end"))
        }
        for merge in tree.merges {
            let (first, second, join) = (places[merge.first], places[merge.second], x(merge.height))
            let points = [(first.x, first.y), (join, first.y), (join, second.y), (second.x, second.y)]
            parts.append(
                "<polyline \(Tone.under.drawn) points=\""
                    + points.map { "\(Markup.place($0.0)),\(Markup.place($0.1))" }.joined(separator: " ") + "\"/>")
            places.append((join, (first.y + second.y) / 2))
        }
        let bottom = Double(count) * row
        if let cut {
            parts.append(
                "<line x1=\"\(Markup.place(x(cut)))\" x2=\"\(Markup.place(x(cut)))\" y1=\"0\" "
                    + "y2=\"\(Markup.place(bottom))\" \(Tone.over.drawn) stroke-dasharray=\"4 3\"/>")
        }
        for height in [0, highest] {
            parts.append(Markup.text(x(height), bottom + 12, Markup.number(height), anchor: "middle"))
        }
        return Drawing(
            width: margin + width + 30, height: bottom + 18, content: parts.joined(separator: "\n"), label: label)
    }

    /// The distance of the cut, halfway between the last merge within groups and the first between
    /// groups; `nil` for one group.
    private var cut: Double? {
        let kept = tree.names.count - groups
        guard groups > 1, kept >= 0, kept < tree.merges.count else { return nil }
        return ((kept > 0 ? tree.merges[kept - 1].height : 0) + tree.merges[kept].height) / 2
    }

    /// The entries from top to bottom, ordered so that no lines cross.
    private var order: [Int] {
        let count = tree.names.count
        var order: [Int] = []
        var open = [count + tree.merges.count - 1]
        while let cluster = open.popLast() {
            guard cluster >= count else {
                order.append(cluster)
                continue
            }
            open += [tree.merges[cluster - count].second, tree.merges[cluster - count].first]
        }
        return order
    }
}
