import Studies

/// The distances of modalities whose overlap is known, as a table.
struct OverlapStudyText {
    private let result: OverlapStudy.Result

    init(_ result: OverlapStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: ["overlap", "d", "±", "T from anchor", "T to anchor"])
        for level in result.levels {
            let numbers = [level.distance, level.standardError, level.fromAnchor, level.toAnchor]
            table.add([number(level.overlap)] + numbers.map { number($0, decimals: 4) })
        }
        return table.text + "\nSpearman correlation of overlap and d: \(number(result.spearman))"
    }
}
