import Studies

/// The scores of left-out tasks by number of sources and share of labels.
struct TransferStudyText {
    private let result: TransferStudy.Result

    init(_ result: TransferStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: [
            "task", "labels", "rows", "sources", "metric", result.split.rawValue, "±", "gain", "±", "p",
        ])
        for cell in result.cells {
            table.add([
                cell.task, percent(cell.labels), "\(cell.rows)", "\(cell.sources)", cell.metric.rawValue,
                number(cell.score.mean), number(cell.score.standardError),
                cell.gain.map { signedNumber($0.difference) } ?? "-", number(cell.gain?.standardError),
                number(cell.gain?.p),
            ])
        }
        return "\(result.suite), \(result.cells.first?.score.values.count ?? 0) seeds\n\(table.text)"
    }
}
