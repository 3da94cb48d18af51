import Studies

/// The scores of models that fuse fewer pairs.
struct PairStudyText {
    private let result: PairStudy.Result

    init(_ result: PairStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: [
            "pairs chosen by", "fused", result.split.rawValue, "±", "ahead of random", "±", "p", "change", "±",
            "inference ms",
        ])
        for arm in result.arms {
            table.add([
                arm.choice?.rawValue ?? "all", "\(arm.pairs)", number(arm.score.mean), number(arm.score.standardError),
                arm.ahead.map { signedNumber($0.difference) } ?? "-", number(arm.ahead?.standardError),
                number(arm.ahead?.p), arm.change.map { signedNumber($0.difference) } ?? "-",
                number(arm.change?.standardError), number(arm.inferenceMilliseconds?.mean),
            ])
        }
        let seeds = result.arms.first?.score.values.count ?? 0
        return "\(result.suite), \(seeds) seeds, \(result.draws) random choices of each\n\(table.text)"
    }
}
