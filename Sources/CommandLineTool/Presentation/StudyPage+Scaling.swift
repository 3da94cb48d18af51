import Multimodal
import Reporting
import Studies

extension StudyPage {
    /// The page of a scaling study.
    init(_ results: [ScalingStudy.Result], suite: String, split: Split) {
        let sections = results.map { result in
            let kinds = [
                ("other tasks", result.others), ("the first task", result.first), ("the task itself", result.own),
            ].filter { $0.1.steps > 0 }
            let lines = kinds.map { name, trend in
                IntervalDrawing.Line(name, mean: trend.slope?.mean, error: trend.slope?.standardError)
            }
            let rows = kinds.map { name, trend in
                [name, "\(trend.steps)", percent(trend.rising), trend.slope.map { signedNumber($0.mean) } ?? "-"]
                    + [number(trend.slope?.standardError)]
            }
            return Section(
                "Adding \(result.axis.rawValue)",
                text: "The change of scores per step, and the share of steps in which they rise.",
                drawing: IntervalDrawing(lines, reference: 0, label: "change per step").drawing,
                header: ["change of", "steps", "rising", "change per step", "±"], rows: rows)
        }
        self.init(
            title: "\(suite): scaling", question: "Do more modalities and more tasks help the others?",
            conditions: Self.conditions(
                split, seeds: results.first?.orders.count ?? 0,
                "Each seed has its own order. Scores are shares between chance and perfection."), sections: sections)
    }
}
