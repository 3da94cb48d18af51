import Studies

/// Floors for people.
enum FloorsText {
    /// A line for every task and metric, a column for every model; the metric that settings were chosen by first.
    static func table(_ floors: [FloorStudy.Floor], models: [FloorModel]) -> String {
        var table = TextTable(header: ["task", "metric"] + models.map(\.rawValue) + ["chance", "features"])
        for floor in floors {
            let chosen = floor.metric.rawValue
            let metrics = Set(floor.models.values.flatMap(\.test.keys)).union(floor.chance.keys).subtracting([chosen])
                .sorted()
            for metric in [chosen] + metrics {
                table.add(
                    [floor.task, metric] + models.map { number(floor.models[$0.rawValue]?.test[metric]) }
                        + [number(floor.chance[metric]), metric == chosen ? "\(floor.features)" : ""])
            }
        }
        return table.text
    }

    /// A line for every reason why models were not fitted.
    static func skipped(_ floors: [FloorStudy.Floor]) -> String {
        let reasons = Dictionary(grouping: floors.flatMap(\.skipped), by: \.value)
        return reasons.sorted { $0.key < $1.key }.map { reason, skipped in
            "skipped \(Set(skipped.map(\.key)).sorted().joined(separator: " and ")): \(reason)\n"
        }.joined()
    }

    /// The settings of one task, on a line.
    static func settings(_ floor: FloorStudy.Floor) -> String {
        let settings = floor.models.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.setting)" }
        return "\(floor.task): \(([ "\(floor.features) features" ] + settings).joined(separator: "; "))\n"
    }
}
