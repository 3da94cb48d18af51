import Studies

/// The changes of tasks by others, as a table.
struct InterferenceStudyText {
    private let result: InterferenceStudy.Result

    init(_ result: InterferenceStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: ["task", "with", "alone", "±", "together", "±", "change", "±", "p"])
        for change in result.changes {
            table.add([
                change.task, change.added ?? "all others", number(change.alone.mean),
                number(change.alone.standardError), number(change.together.mean),
                number(change.together.standardError), signedNumber(change.change.difference),
                number(change.change.standardError), number(change.change.p),
            ])
        }
        let seeds = result.changes.first?.alone.values.count ?? 0
        return "\(result.suite), \(result.split.rawValue) scores, \(seeds) seeds\n\(table.text)" + involvement
    }

    private var involvement: String {
        guard let found = result.involvement else { return "" }
        var table = TextTable(
            header: ["parameters of"] + found.unimodal.indices.flatMap { ["\($0) \($0 == 1 ? "task" : "tasks")", "±"] })
        for (part, shares) in [("encoders", found.unimodal), ("crossmodal blocks", found.crossmodal ?? [])]
        where !shares.isEmpty {
            table.add([part] + shares.flatMap { [percent($0.mean), $0.standardError.map(percent) ?? "-"] })
        }
        return "\n\nshare of the parameters of the model of all tasks that matter to so many tasks\n\(table.text)"
    }
}
