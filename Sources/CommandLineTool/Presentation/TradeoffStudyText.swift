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
        var table = TextTable(header: ["task", "metric", "ridge floor"] + result.arms.map(\.name))
        for (task, floor) in result.floors.sorted(by: { $0.key < $1.key }) {
            table.add(
                [task, floor.metric.rawValue, number(floor.ridge)]
                    + result.arms.map { arm in
                        number(arm.tasks[task]?.mean) + (arm.belowFloor.contains(task) ? " !" : "")
                    })
        }
        return "! below the floor, which a HighMMT model reaches\n\(table.text)"
    }
}
