import Studies

/// The gains of all sources, and of the ways to choose among them.
struct SourceStudyText {
    private let result: SourceStudy.Result

    init(_ result: SourceStudy.Result) { self.result = result }

    var text: String {
        var cells = TextTable(header: ["task", "source", "labels", "T", "gain", "±", "p"])
        for cell in result.cells {
            cells.add([
                cell.task, cell.source, percent(cell.labels), signedNumber(cell.transfer),
                signedNumber(cell.gain.difference), number(cell.gain.standardError), number(cell.gain.p),
            ])
        }
        var choices = TextTable(header: ["chosen by", "labels", "gain", "±", "ahead of others by", "±", "p"])
        for chosen in result.choices {
            choices.add([
                chosen.choice.rawValue, percent(chosen.labels), signedNumber(chosen.gain.mean),
                number(chosen.gain.standardError), signedNumber(chosen.ahead.difference),
                number(chosen.ahead.standardError), number(chosen.ahead.p),
            ])
        }
        let correlations = result.correlations.sorted { $0.key < $1.key }.map { labels, value in
            "Spearman correlation of T and gain, \(percent(Double(labels) ?? 0)) of the labels: \(number(value))"
        }
        let seeds = result.choices.first?.gain.values.count ?? 0
        return "\(result.suite), \(result.split.rawValue), \(seeds) seeds\n"
            + ([cells.text, choices.text] + correlations).joined(separator: "\n")
    }
}
