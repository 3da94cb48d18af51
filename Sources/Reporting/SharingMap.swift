/// The map of what shares with what: streams on the left, encoders in the middle, tasks on the
/// right.
struct SharingMap {
    /// The streams of each encoder group.
    let groups: [[String]]

    private let row = 18.0

    /// The drawing; `nil` for fewer than two streams.
    var drawing: Drawing? {
        let groups = groups.filter { !$0.isEmpty }
        let streams = groups.flatMap { $0 }
        guard streams.count > 1 else { return nil }
        let tasks = Set(streams.map(Self.task)).sorted()
        let left = 10 + (streams.map(Markup.width).max() ?? 0)
        let (middle, right) = (left + 130, left + 310.0)
        let gap = 10.0
        let height =
            max(
                Double(streams.count) * row + Double(groups.count - 1) * gap, Double(tasks.count) * row * 1.5) + 24
        func taskY(_ task: String) -> Double {
            24 + (height - 24) * (Double(tasks.firstIndex(of: task) ?? 0) + 0.5) / Double(tasks.count)
        }
        var parts = [
            Markup.text(left - 4, 11, "streams", anchor: "end"),
            Markup.text(middle + 20, 11, "encoders", anchor: "middle"),
            Markup.text(right + 4, 11, "tasks"),
        ]
        var y = 24.0
        for (number, group) in groups.enumerated() {
            let centre = y + Double(group.count) * row / 2
            for (index, stream) in group.enumerated() {
                let place = y + (Double(index) + 0.5) * row
                parts.append(Markup.text(left - 4, place + 4, stream, anchor: "end"))
                parts.append(Self.curve(left, place, middle, centre, stream))
            }
            for task in Set(group.map(Self.task)).sorted() {
                parts.append(Self.curve(middle + 40, centre, right, taskY(task), "encoder \(number + 1) → \(task)"))
            }
            parts.append(
                "<rect class=\"box\" fill=\"#fff\" stroke=\"#1c2330\" rx=\"4\" "
                    + Markup.attributes(["x": middle, "y": centre - 9, "width": 40, "height": 18]) + "/>")
            parts.append(Markup.text(middle + 20, centre + 4, "\(number + 1)", anchor: "middle"))
            y += Double(group.count) * row + gap
        }
        for task in tasks { parts.append(Markup.text(right + 4, taskY(task) + 4, task)) }
        return Drawing(
            width: right + 12 + (tasks.map(Markup.width).max() ?? 0), height: height + 4,
            content: parts.joined(separator: "\n"), label: "streams, the encoders that they share, and their tasks")
    }

    private static func task(_ stream: String) -> String { String(stream.prefix { $0 != "/" }) }

    private static func curve(_ x: Double, _ y: Double, _ endX: Double, _ endY: Double, _ title: String) -> String {
        let middle = Markup.place((x + endX) / 2)
        return
            "<path class=\"line under\" fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"1.4\" stroke-opacity=\"0.6\" "
            + "d=\"M\(Markup.place(x)) \(Markup.place(y))C\(middle) \(Markup.place(y)) \(middle) \(Markup.place(endY)) "
            + "\(Markup.place(endX)) \(Markup.place(endY))\"><title>\(Markup.escaped(title))</title></path>"
    }
}
