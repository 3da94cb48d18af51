import Training

/// What modalities cost, for people.
struct ModalityCostsText {
    private let costs: ModalityCosts

    init(_ costs: ModalityCosts) { self.costs = costs }

    var text: String {
        var table = TextTable(header: ["task", "removed", "metric", "all", "without", "cost", "only", "chance"])
        for row in costs.rows {
            let numbers = [row.all, row.without, row.cost, row.only, row.chance]
            table.add([row.task, row.modality, row.metric.rawValue] + numbers.map { number($0) })
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
}
