import Reporting
import Studies

extension StudyPage {
    /// The page of ways of sharing.
    init(_ result: SharingStudy.Result) {
        let others = result.arms.filter { $0.heterogeneityAhead != nil }
        let lines = others.map { arm in
            IntervalDrawing.Line(
                arm.arm.rawValue, mean: arm.heterogeneityAhead?.difference,
                error: arm.heterogeneityAhead?.standardError)
        }
        let arms = result.arms.map { arm in
            [arm.arm.rawValue, "\(arm.parameters)", "\(arm.width)", number(arm.mean), number(arm.standardError)]
                + Self.test(arm.heterogeneityAhead)
        }
        let groupings = result.groupings.map { trial in
            let score = trial.scores.reduce(0, +) / Double(max(1, trial.scores.count))
            return [trial.name, number(score), number(trial.heterogeneity), number(trial.transfer)]
        }
        self.init(
            title: "\(result.suite): sharing", question: "Who should share parameters with whom?",
            conditions: Self.conditions(
                result.split, seeds: result.arms.first?.scores.count ?? 0,
                "All ways of sharing have about the same number of parameters"
                    + (result.groupsFromStart == true ? " and their groups from the start." : ".")),
            sections: [
                Section(
                    "Ways of sharing",
                    text:
                        "The difference is the suite score with groups by heterogeneity minus that of another way of sharing, "
                        + "paired by seed: positive when heterogeneity is ahead.",
                    drawing: IntervalDrawing(lines, reference: 0, label: "groups by heterogeneity ahead by").drawing,
                    header: ["sharing", "parameters", "width", "score", "±", "heterogeneity ahead by", "±", "p"],
                    rows: arms),
                Section(
                    "Groupings of the same sizes",
                    text: "The heterogeneity and the signed transfers within groups, as shares of the whole matrices.",
                    header: ["grouping", "score", "heterogeneity within", "transfers within"], rows: groupings),
            ])
    }
}
