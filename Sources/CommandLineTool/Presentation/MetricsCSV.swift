import Training

/// The losses and scores of epochs as a table, one row per split, task and metric.
struct MetricsCSV {
    private let records: [EpochRecord]

    init(_ records: [EpochRecord]) { self.records = records }

    /// The table, with undefined metrics as empty cells.
    var text: String {
        "stage,epoch,split,task,metric,value,is_best\n" + records.flatMap(rows).map { $0 + "\n" }.joined()
    }

    private func rows(_ record: EpochRecord) -> [String] {
        func row(_ split: String, _ task: String, _ metric: String, _ value: Double?) -> String {
            "\(record.stage.rawValue),\(record.epoch),\(split),\(task),\(metric),\(value.map { "\($0)" } ?? ""),\(record.isBest)"
        }
        let training = record.trainingLoss.sorted { $0.key < $1.key }.map { row("train", $0.key, "loss", $0.value) }
        let validation = record.validation.sorted { $0.key < $1.key }.flatMap { task, scores in
            [row("valid", task, "loss", scores.loss)]
                + (scores.metrics.keys + scores.undefined).sorted().map { row("valid", task, $0, scores.metrics[$0]) }
        }
        return training + validation
    }
}
