import Reporting
import Studies

extension StudyPage {
    /// The page of interference between tasks.
    init(_ result: InterferenceStudy.Result) {
        let seeds = result.changes.first?.alone.values.count ?? 0
        let others = result.changes.filter { $0.added == nil }
        let lines = (others.isEmpty ? result.changes : others).map { change in
            IntervalDrawing.Line(
                "\(change.task) with \(change.added ?? "all others")", mean: change.change.difference,
                error: change.change.standardError)
        }
        let changes = result.changes.map { change in
            [change.task, change.added ?? "all others"] + Self.pair(change.alone) + Self.pair(change.together)
                + Self.test(change.change)
        }
        let shares = [
            ("encoders", result.involvement?.unimodal), ("crossmodal blocks", result.involvement?.crossmodal),
        ]
        let involved = shares.flatMap { part, shares in
            (shares ?? []).enumerated().map { count, share in
                [part, "\(count)", percent(share.mean), share.standardError.map(percent) ?? "-"]
            }
        }
        self.init(
            title: "\(result.suite): interference", question: "Which tasks help or harm which?",
            conditions: Self.conditions(result.split, seeds: seeds, "Scores are shares between chance and perfection."),
            sections: [
                Section(
                    "Changes", text: "The change is the score together minus the score alone, paired by seed.",
                    drawing: IntervalDrawing(lines, reference: 0, label: "change of the score").drawing,
                    header: ["task", "with", "alone", "±", "together", "±", "change", "±", "p"], rows: changes)
            ]
                + (involved.isEmpty
                    ? []
                    : [
                        Section(
                            "Parameters that matter to several tasks",
                            text:
                                "Shares of the parameters of the model of all tasks. A parameter matters to a task when its "
                                + "root mean square gradient on validation samples is at least "
                                + "\(percent(result.involvement?.threshold ?? 0)) of the usual one of that task.",
                            header: ["parameters of", "number of tasks", "share", "±"], rows: involved)
                    ]))
    }
}
