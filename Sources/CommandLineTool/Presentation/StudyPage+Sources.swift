import Reporting
import Studies

extension StudyPage {
    /// The page of a study of sources.
    init(_ result: SourceStudy.Result) {
        let seeds = result.choices.first?.gain.values.count ?? 0
        let lines = result.choices.map { chosen in
            IntervalDrawing.Line(
                "\(chosen.choice.rawValue), \(percent(chosen.labels)) of the labels", mean: chosen.ahead.difference,
                error: chosen.ahead.standardError)
        }
        let choices = result.choices.map { chosen in
            [chosen.choice.rawValue, percent(chosen.labels)] + Self.pair(chosen.gain)
                + Self.test(chosen.ahead)
        }
        let cells = result.cells.map { cell in
            [cell.task, cell.source, percent(cell.labels), signedNumber(cell.transfer)]
                + Self.test(cell.gain)
        }
        let correlations = result.correlations.sorted { $0.key < $1.key }.map { labels, value in
            "With \(percent(Double(labels) ?? 0)) of the labels, T and gain correlate at \(number(value)) (Spearman, mean over tasks; "
                + "negative when heterogeneity predicts the gain)."
        }
        self.init(
            title: "\(result.suite): sources", question: "Does heterogeneity choose a good source for a new task?",
            conditions: Self.conditions(result.split, seeds: seeds, "Every task is the only source of every other."),
            sections: [
                Section(
                    "Choices",
                    text:
                        "The gain over training from scratch, as a share between chance and perfection, averaged over tasks, "
                        + "and how far it is ahead of the mean of the other sources. Nobody can know the best source beforehand.",
                    drawing: IntervalDrawing(lines, reference: 0, label: "ahead of the other sources by").drawing,
                    header: ["chosen by", "labels", "gain", "±", "ahead by", "±", "p"], rows: choices),
                Section(
                    "All sources",
                    text: (["T is what the streams of the task lose when they start from those of the source."]
                        + correlations).joined(separator: " "),
                    header: ["task", "source", "labels", "T", "gain", "±", "p"], rows: cells),
            ])
    }
}
