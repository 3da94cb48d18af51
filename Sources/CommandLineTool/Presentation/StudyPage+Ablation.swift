import Reporting
import Studies

extension StudyPage {
    /// The page of an ablation.
    init(_ result: AblationStudy.Result) {
        let seeds = result.arms.first?.score?.score.values.count ?? 0
        let names = Set(result.arms.flatMap(\.tasks.keys)).sorted()
        let changes = result.arms.dropFirst().map { arm in
            IntervalDrawing.Line(
                arm.arm.rawValue, mean: arm.score?.change?.difference,
                error: arm.score?.change?.standardError)
        }
        let sums = result.arms.map { arm in
            [arm.arm.rawValue, "\(arm.parameters)"] + Self.pair(arm.score?.score)
                + Self.test(arm.score?.change)
        }
        let tasks = names.map { name in
            let metric = result.arms.lazy.compactMap { $0.tasks[name]?.metric?.rawValue }.first ?? ""
            let rows = result.arms.map { arm in
                [arm.arm.rawValue] + Self.pair(arm.tasks[name]?.score)
                    + Self.test(arm.tasks[name]?.change)
            }
            return Section(
                "\(name), \(metric)", text: "", header: ["arm", metric, "±", "change", "±", "p"], rows: rows)
        }
        self.init(
            title: "\(result.suite): ablation", question: "What is each part of the method good for?",
            conditions: Self.conditions(
                result.split, seeds: seeds,
                "The full method has \(result.groups[0]) groups of streams and \(result.groups[1]) of pairs. All arms have "
                    + "the same width and numbers of epochs."),
            sections: [
                Section(
                    "Suite score",
                    text:
                        "The suite score is the mean over tasks of (score − chance) / (1 − chance). The change is the score "
                        + "minus that of the full method, paired by seed: negative when the missing part is missed.",
                    drawing: IntervalDrawing(Array(changes), reference: 0, label: "change of the suite score").drawing,
                    header: ["arm", "parameters", "score", "±", "change", "±", "p"], rows: sums)
            ] + tasks)
    }
}
