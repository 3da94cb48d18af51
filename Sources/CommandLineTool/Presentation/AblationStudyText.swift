import Studies

/// The suite scores without each part of the method, as a table.
struct AblationStudyText {
    private let result: AblationStudy.Result

    init(_ result: AblationStudy.Result) { self.result = result }

    var text: String {
        let seeds = result.arms.first?.score?.score.values.count ?? 0
        var table = TextTable(header: ["arm", "parameters", "score", "±", "change", "±", "p"])
        for arm in result.arms {
            let change = arm.score?.change
            table.add([
                arm.arm.rawValue, "\(arm.parameters)", number(arm.score?.score.mean),
                number(arm.score?.score.standardError), change.map { signedNumber($0.difference) } ?? "-",
                number(change?.standardError), number(change?.p),
            ])
        }
        return "\(result.suite), \(result.split.rawValue) scores, \(seeds) seeds\n\(table.text)"
    }
}
