/// The scores of the members of a group, such as the persons recorded, from the lowest to the
/// highest.
struct MemberDrawing {
    let task: String
    let group: String
    let metric: String
    /// The score of all samples together.
    let whole: Double?
    let members: [ReportedMember]

    /// The largest number of members that are drawn. Of more, the lowest and the highest are.
    private static let most = 40
    private let row = 18.0

    /// The drawing; `nil` without a defined score.
    var drawing: Drawing? {
        let sorted = members.filter { $0.score != nil }.sorted {
            ($0.score ?? 0, $0.member) < ($1.score ?? 0, $1.member)
        }
        guard let smallest = sorted.first?.score, let largest = sorted.last?.score else { return nil }
        let half = Self.most / 2
        let shown = sorted.count > Self.most ? Array(sorted.prefix(half) + sorted.suffix(half)) : sorted
        let left = 14 + (shown.map { Markup.width(name($0)) }.max() ?? 0)
        let (low, high) = (min(0, smallest), max(1, largest))
        func x(_ value: Double) -> Double { left + 200 * (value - low) / (high - low) }
        var parts: [String] = []
        var y = 10.0
        for (index, member) in shown.enumerated() {
            if sorted.count > Self.most, index == half {
                parts.append(Markup.text(left, y + 4, "\(sorted.count - Self.most) others between"))
                y += row
            }
            parts += line(member, x, y, left)
            y += row
        }
        if let whole, whole.isFinite {
            parts.append(
                "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"3 3\" "
                    + Markup.attributes(["x1": x(whole), "x2": x(whole), "y1": 0, "y2": y - 8])
                    + "><title>all samples: \(Markup.number(whole))</title></line>")
        }
        parts += [low, (low + high) / 2, high].map {
            Markup.text(x($0), y + 6, Markup.number($0, decimals: 2), anchor: "middle")
        }
        return Drawing(
            width: left + 276, height: y + 12, content: parts.joined(separator: "\n"),
            label: "\(metric) of \(task) by \(group)")
    }

    private func name(_ member: ReportedMember) -> String { "\(group) \(member.title) (\(member.samples))" }

    private func line(_ member: ReportedMember, _ x: (Double) -> Double, _ y: Double, _ left: Double) -> [String] {
        let score = member.score ?? 0
        return [
            Markup.text(left - 8, y + 4, name(member), anchor: "end"),
            "<line class=\"grid\" stroke=\"#d5dae3\" "
                + Markup.attributes(["x1": left, "x2": left + 200, "y1": y, "y2": y]) + "/>",
            "<circle \(Markup.attributes(["cx": x(score), "cy": y])) r=\"4\" \(Tone.under.filled())/>",
            Markup.text(left + 210, y + 4, Markup.number(score)),
        ]
    }
}
