/// The losses of a task over all epochs, with axes and the epochs that were kept.
struct LearningCurve {
    let task: String
    let epochs: [ReportedRun.Epoch]

    private let left = 44.0
    private let top = 22.0
    private let width = 210.0
    private let height = 110.0

    /// The drawing.
    var drawing: Drawing {
        let lines = [
            (Tone.under, epochs.map { $0.trainingLoss[task] }), (Tone.over, epochs.map { $0.validation[task]?.loss }),
        ]
        let largest = max(1e-9, lines.flatMap(\.1).compactMap { $0 }.filter(\.isFinite).max() ?? 1)
        func x(_ index: Int) -> Double { left + width * Double(index) / Double(max(1, epochs.count - 1)) }
        func y(_ value: Double) -> Double { top + height * (1 - value / largest) }
        var parts = [Markup.text(left, 12, task)]
        for share in [0, 0.5, 1] {
            let place = y(share * largest)
            parts.append(
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes(["x1": left, "x2": left + width, "y1": place, "y2": place]) + "/>")
            parts.append(Markup.text(left - 4, place + 4, Markup.number(share * largest, decimals: 2), anchor: "end"))
        }
        for (index, epoch) in ends {
            parts.append(Markup.text(x(index), top + height + 14, "\(epoch)", anchor: "middle"))
            parts.append(
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes(["x1": x(index), "x2": x(index), "y1": top, "y2": top + height]) + "/>")
        }
        for (index, stage) in kept {
            parts.append(
                "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"3 3\" "
                    + Markup.attributes(["x1": x(index), "x2": x(index), "y1": top, "y2": top + height])
                    + "><title>\(Markup.escaped("kept epoch of \(stage)"))</title></line>")
        }
        for (tone, values) in lines {
            let points = values.enumerated().compactMap { index, value -> String? in
                guard let value, value.isFinite else { return nil }
                return "\(Markup.place(x(index))),\(Markup.place(y(value)))"
            }
            parts.append("<polyline \(tone.drawn) points=\"\(points.joined(separator: " "))\"/>")
        }
        return Drawing(
            width: max(left + width + 14, left + Markup.width(task) + 8), height: top + height + 20,
            content: parts.joined(separator: "\n"), label: "losses of \(task) by epoch")
    }

    /// The first epoch, and the last one of every stage, by place. Of neighbours, the later one is
    /// left out.
    private var ends: [(index: Int, epoch: Int)] {
        let last = epochs.indices.filter { $0 + 1 == epochs.count || epochs[$0 + 1].stage != epochs[$0].stage }
        var ends: [(index: Int, epoch: Int)] = []
        for index in [0] + last where ends.last.map({ 12 * (index - $0.index) > epochs.count }) ?? true {
            ends.append((index, epochs[index].epoch))
        }
        return ends
    }

    /// The place of the kept epoch of every stage.
    private var kept: [(index: Int, stage: String)] {
        var places: [String: Int] = [:]
        for (index, epoch) in epochs.enumerated() where epoch.isBest ?? false { places[epoch.stage] = index }
        return places.sorted { $0.value < $1.value }.map { ($0.value, $0.key) }
    }
}
