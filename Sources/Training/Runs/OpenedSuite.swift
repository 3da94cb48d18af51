import Multimodal

/// A suite whose datasets are opened and whose numbers are checked: what every stage of a run works on.
public struct OpenedSuite: Sendable {
    /// The suite.
    public let suite: Suite
    /// All tasks, those for transfer included, in the order of their names.
    public let everyTask: [OpenedTask]
    /// The tasks that are trained, in the order of their names.
    public let tasks: [OpenedTask]

    /// Opens the datasets of a suite and checks those that are trained on to the last number.
    ///
    /// - Throws: an error that names the file, tensor or suite key when something does not fit.
    public init(_ suite: Suite, dataRoot: String) throws {
        try self.init(suite, everyTask: suite.open(dataRoot: dataRoot))
    }

    /// Checks the datasets that are trained on, already opened, to the last number.
    ///
    /// - Parameter everyTask: all tasks of the suite, whatever their role.
    /// - Throws: an error that names the file, tensor or suite key when something does not fit.
    public init(_ suite: Suite, everyTask: [OpenedTask]) throws {
        let tasks = everyTask.filter { $0.task.role == .train }
        guard !tasks.isEmpty else {
            throw ConfigurationError(file: suite.file, key: "tasks", reason: "none has the role train")
        }
        var checked: Set<String> = []
        for task in tasks where checked.insert(task.dataset.folder).inserted { try task.dataset.validate() }
        self.init(suite: suite, everyTask: everyTask, tasks: tasks)
    }

    private init(suite: Suite, everyTask: [OpenedTask], tasks: [OpenedTask]) {
        self.suite = suite
        self.everyTask = everyTask
        self.tasks = tasks
    }

    /// The same data for a model of other sizes that starts from another seed.
    public func with(seed: UInt64, model: ModelSettings) -> OpenedSuite {
        var suite = suite
        suite.seed = seed
        suite.model = model
        return OpenedSuite(suite: suite, everyTask: everyTask, tasks: tasks)
    }
}
