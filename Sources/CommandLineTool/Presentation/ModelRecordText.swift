import Training

/// The description of a run's model for people.
struct ModelRecordText {
    private let record: ModelRecord
    private let path: String
    private let parameters: Int

    /// - Parameters:
    ///   - path: The folder of the run.
    ///   - parameters: The number of the model's parameters.
    init(_ record: ModelRecord, path: String, parameters: Int) {
        self.record = record
        self.path = path
        self.parameters = parameters
    }

    var text: String {
        let tasks = record.tasks.map { task in
            "  \(task.name): \(task.modalities.map(\.name).joined(separator: ", ")) → \(task.outputs) outputs"
        }
        let heading = "\(path): \(parameters) parameters, seed \(record.seed), highmmt \(record.version)"
        return ([heading] + tasks).joined(separator: "\n")
    }
}
