import Multimodal
import Studies

/// The arms of a transfer side by side, one row per task, share of the labels and arm.
struct TransferComparisonText {
    private let result: TransferComparison.Result

    init(_ result: TransferComparison.Result) { self.result = result }

    var text: String {
        let split = result.split.rawValue
        var table = TextTable(header: ["task", "labels", "rows", "arm", "metric", split, "±", "parameters"])
        let names = Set(result.cells.flatMap(\.rows.keys)).sorted()
        for task in names {
            for cell in result.cells {
                guard let metric = cell.summary.runs.first?.tasks[task]?.metrics.first else { continue }
                let mean = cell.summary.tasks[task]?[metric.rawValue]
                table.add([
                    task, percent(cell.labels), cell.rows[task].map { "\($0)" } ?? "-", cell.arm.rawValue,
                    metric.rawValue, number(mean?.mean), number(mean?.standardError), "\(cell.parameters)",
                ])
            }
        }
        for cell in result.cells {
            let ahead = cell.aheadOfScratch.map {
                ["\(signedNumber($0.difference)) ± \(number($0.standardError)) from scratch"]
            }
            guard let score = cell.summary.score else { continue }
            table.add(
                [
                    "suite score", percent(cell.labels), "", cell.arm.rawValue, "", number(score.mean),
                    number(score.standardError), "\(cell.parameters)",
                ] + (ahead ?? []))
        }
        let seeds = result.cells.first?.summary.runs.map { "\($0.seed)" }.joined(separator: ", ") ?? ""
        return "\(result.suite) from \(result.source), seeds \(seeds)\n\(table.text)"
    }
}
