import Studies

/// Models by score, size and time, as a table.
struct TradeoffStudyText {
    private let result: TradeoffStudy.Result

    init(_ result: TradeoffStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: [
            "model", "parameters", "score", "±", "training s", "±", "inference ms", "±", "front", "below floor",
        ])
        for arm in result.arms {
            func pair(_ mean: SeedMean?) -> [String] { [number(mean?.mean), number(mean?.standardError)] }
            table.add(
                [arm.name, "\(arm.parameters)"] + pair(arm.score) + pair(arm.trainingSeconds)
                    + pair(arm.inferenceMilliseconds) + [
                        arm.isOnFront ? "yes" : "", arm.belowFloor.joined(separator: " "),
                    ])
        }
        let seeds = result.arms.first?.score?.values.count ?? 0
        return "\(result.suite), \(result.split.rawValue) scores, \(seeds) seeds\n\(table.text)\n\n\(floors)"
    }

    /// The scores of each task beside its floor. Marks are those of ``TradeoffStudy/Result/Arm``.
    private var floors: String {
        let floors = result.floors.sorted { $0.key < $1.key }
        var table = TextTable(header: ["model"] + floors.map { "\($0.key), \($0.value.metric.rawValue)" })
        table.add(["ridge floor"] + floors.map { number($0.value.ridge) })
        for arm in result.arms {
            table.add(
                [arm.name]
                    + floors.map { task, _ in
                        (arm.belowFloor.contains(task) ? "! " : "") + number(arm.tasks[task]?.mean)
                    })
        }
        return "! below the floor, which a HighMMT model reaches\n\(table.text)"
    }
}
