import Studies

/// Models by score, size and time, as a table.
struct TradeoffStudyText {
    private let result: TradeoffStudy.Result

    init(_ result: TradeoffStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: [
            "model", "parameters", "score", "±", "training s", "±", "inference ms", "±", "front",
        ])
        for arm in result.arms {
            func pair(_ mean: SeedMean?) -> [String] { [number(mean?.mean), number(mean?.standardError)] }
            table.add(
                [arm.name, "\(arm.parameters)"] + pair(arm.score) + pair(arm.trainingSeconds)
                    + pair(arm.inferenceMilliseconds) + [arm.isOnFront ? "yes" : ""])
        }
        let seeds = result.arms.first?.score?.values.count ?? 0
        return "\(result.suite), \(result.split.rawValue) scores, \(seeds) seeds\n\(table.text)"
    }
}
