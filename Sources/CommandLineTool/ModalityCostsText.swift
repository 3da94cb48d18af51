import Foundation
import Training

/// What modalities cost, for people.
struct ModalityCostsText {
    let costs: ModalityCosts

    var text: String {
        var table = TextTable(header: ["task", "removed", "metric", "all", "without", "cost", "only", "chance"])
        for row in costs.rows {
            let numbers = [row.all, row.without, row.cost, row.only, row.chance]
            table.add([row.task, row.modality, row.metric.rawValue] + numbers.map(number))
        }
        var lines = [table.text]
        let lonely = costs.rows.filter(\.isOnlyModality).map(\.task)
        if !lonely.isEmpty {
            lines.append("one modality only, without it chance: \(lonely.joined(separator: ", "))")
        }
        let needed = costs.rows.filter(\.isIndispensable).map { "\($0.task)/\($0.modality)" }
        if !needed.isEmpty {
            lines.append("never learned to do without (training.modality_dropout): \(needed.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    private func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
}
