import Multimodal

/// A suite with its datasets opened and validated, shared by all stages of a run.
public struct OpenedSuite: Sendable {
    /// The suite.
    public let suite: Suite
    /// All tasks, including those for transfer, sorted by name.
    public let everyTask: [OpenedTask]
    /// The tasks with the role `train`, sorted by name.
    public let tasks: [OpenedTask]

    /// Opens the datasets of a suite and validates all values of those that are trained on.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - dataRoot: The folder to which relative dataset paths refer.
    /// - Throws: `ConfigurationError` that names the suite key, `DatasetError` or
    ///   `SafetensorsError` that names the file, when something is missing or invalid.
    public init(_ suite: Suite, dataRoot: String) throws {
        try self.init(suite, everyTask: suite.open(dataRoot: dataRoot))
    }

    /// Validates all values of the datasets that are trained on, which are already open.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - everyTask: All tasks of the suite, whatever their role.
    /// - Throws: `ConfigurationError` when no task has the role `train`; `DatasetError` that names
    ///   the file when a value is invalid.
    public init(_ suite: Suite, everyTask: [OpenedTask]) throws {
        let tasks = everyTask.filter { $0.task.role == .train }
        guard !tasks.isEmpty else {
            throw ConfigurationError(file: suite.file, key: "tasks", reason: "no task has the role train")
        }
        for tasks in Dictionary(grouping: tasks, by: \.dataset.folder).sorted(by: { $0.key < $1.key }).map(\.value) {
            // Targets that the suite does not use may have gaps.
            try tasks[0].dataset.validate(targets: Set(tasks.map(\.task.target)))
        }
        self.init(suite: suite, everyTask: everyTask, tasks: tasks)
    }

    /// Takes tasks whose datasets have already been validated.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - validated: All tasks of the suite, of which at least one has the role `train`.
    package init(_ suite: Suite, validated: [OpenedTask]) {
        self.init(suite: suite, everyTask: validated, tasks: validated.filter { $0.task.role == .train })
    }

    private init(suite: Suite, everyTask: [OpenedTask], tasks: [OpenedTask]) {
        self.suite = suite.resolved(for: tasks)
        self.everyTask = everyTask
        self.tasks = tasks
    }

    /// Returns the same data with another seed and other model settings.
    public func with(seed: UInt64, model: ModelSettings) -> OpenedSuite {
        var suite = suite
        suite.seed = seed
        suite.model = model
        return OpenedSuite(suite: suite, everyTask: everyTask, tasks: tasks)
    }
}
