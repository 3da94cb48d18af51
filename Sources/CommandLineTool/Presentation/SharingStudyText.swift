import Studies

/// The ways of sharing side by side, as a table with notes.
struct SharingStudyText {
    private let result: SharingStudy.Result

    init(_ result: SharingStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(
            header: ["sharing", "parameters", "width", "score", "±", "heterogeneity ahead by", "±", "p"])
        for arm in result.arms {
            let ahead = arm.heterogeneityAhead
            table.add([
                arm.arm.rawValue, "\(arm.parameters)", "\(arm.width)", number(arm.mean), number(arm.standardError),
                number(ahead?.difference), number(ahead?.standardError), number(ahead?.p),
            ])
        }
        var lines = [table.text]
        if let spread = result.groupingSpread {
            lines.append(
                "groupings of these sizes: s.d. \(number(spread.betweenGroupings)) beyond chance "
                    + "(F = \(number(spread.ratio))), s.d. of one run by chance \(number(spread.chance))")
        }
        if let prediction = result.prediction {
            lines.append(
                "Spearman correlation of score and within-group heterogeneity over \(prediction.groupings) groupings: "
                    + "\(number(prediction.heterogeneity)), p \(number(prediction.heterogeneityP)); with signed transfers: "
                    + "\(number(prediction.transfer)), p \(number(prediction.transferP))")
        }
        return lines.joined(separator: "\n")
    }

    private func number(_ value: Double?) -> String { CommandLineTool.number(value, decimals: 4) }
}
