import Studies

/// The floors of tasks as text.
enum FloorsText {
    /// Returns a table with a row per task and metric and a column per model. The metric that chose
    /// the settings comes first.
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

    /// Returns a line for each reason for which models were skipped.
    static func skipped(_ floors: [FloorStudy.Floor]) -> String {
        let reasons = Dictionary(grouping: floors.flatMap(\.skipped), by: \.value)
        return reasons.sorted { $0.key < $1.key }.map { reason, skipped in
            "skipped \(Set(skipped.map(\.key)).sorted().joined(separator: " and ")): \(reason)\n"
        }.joined()
    }

    /// Returns the settings of one task as a line.
    static func settings(_ floor: FloorStudy.Floor) -> String {
        let settings = floor.models.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.setting)" }
        return "\(floor.task): \(([ "\(floor.features) features" ] + settings).joined(separator: "; "))\n"
    }
}
