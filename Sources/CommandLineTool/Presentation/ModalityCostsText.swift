import Training

/// The cost of removing each modality, as a table.
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
        let unimodal = costs.rows.filter(\.isOnlyModality).map(\.task)
        if !unimodal.isEmpty {
            lines.append("only one modality, at chance without it: \(unimodal.joined(separator: ", "))")
        }
        let needed = costs.rows.filter(\.isIndispensable).map { "\($0.task)/\($0.modality)" }
        if !needed.isEmpty {
            lines.append(
                "trained without modality dropout (training.modality_dropout): \(needed.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }
}
