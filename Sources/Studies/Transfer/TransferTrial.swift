/// A task that is learned after some source tasks, with one seed.
struct TransferTrial {
    /// The task.
    var task: String
    /// The source tasks; empty for training from scratch.
    var sources: [String]
    /// The seed of the sources and of the task.
    var seed: UInt64
    /// The words in the names of runs that tell the sources.
    var start: String

    /// Returns the name of the run with a share of the labels.
    func name(labels: Double) -> String {
        "\(task)-\(start)-labels-\(TransferComparison.percent(labels, unit: ""))-seed-\(seed)"
    }
}
