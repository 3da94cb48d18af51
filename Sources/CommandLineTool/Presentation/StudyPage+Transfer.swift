import Reporting
import Studies

extension StudyPage {
    /// The page of a transfer study.
    init(_ result: TransferStudy.Result) {
        let seeds = result.cells.first?.score.values.count ?? 0
        let most = Dictionary(grouping: result.cells, by: \.task).mapValues { $0.map(\.sources).max() ?? 0 }
        let gains = result.cells.filter { $0.gain != nil && $0.sources == most[$0.task] }.map { cell in
            IntervalDrawing.Line(
                "\(cell.task), \(percent(cell.labels)) of the labels, \(cell.sources) sources",
                mean: cell.gain?.difference,
                error: cell.gain?.standardError)
        }
        let cells = result.cells.map { cell in
            [cell.task, percent(cell.labels), "\(cell.rows)", "\(cell.sources)", cell.metric.rawValue]
                + Self.pair(cell.score) + Self.test(cell.gain)
        }
        self.init(
            title: "\(result.suite): transfer", question: "Do other tasks help a new one, and with how few labels?",
            conditions: Self.conditions(result.split, seeds: seeds, "Each task is left out once."),
            sections: [
                Section(
                    "Gains",
                    text:
                        "The gain is the score of a model that was trained on the source tasks first, minus that of a model "
                        + "from scratch, paired by seed: positive when the sources help. The drawing has the largest numbers of sources.",
                    drawing: IntervalDrawing(gains, reference: 0, label: "gain").drawing,
                    header: ["task", "labels", "rows", "sources", "metric", "score", "±", "gain", "±", "p"], rows: cells
                )
            ])
    }
}
