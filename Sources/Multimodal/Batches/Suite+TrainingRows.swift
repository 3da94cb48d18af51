extension Suite {
    /// Returns the training rows that a task is trained on, in file order: all of them, or as many
    /// as `training.samples` says, drawn once at random.
    public func trainingRows(of task: OpenedTask) -> [Int] {
        BatchOrder(
            rows: task.rows(of: .train), batch: 1 << 20, seed: seed, purpose: task.name, limit: training.samples
        ).sequential.flatMap(\.self)
    }
}
