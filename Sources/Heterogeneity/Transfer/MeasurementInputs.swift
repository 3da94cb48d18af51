import Multimodal

/// What the trainings of a measurement depend on, but for their budget: where two suites agree in it, either may continue a
/// measurement of the other, and where they do not, neither may.
public struct MeasurementInputs: Codable, Equatable, Sendable {
    /// What is said of a task that predictors are trained on.
    public struct Task: Codable, Equatable, Sendable {
        /// The folder of its dataset, as the suite names it.
        let dataset: String
        let target: String
        /// All of the dataset where the suite names none.
        let modalities: [String]?
        /// Rows per step.
        let batch: Int
    }

    /// The first seed.
    let seed: UInt64
    /// The tasks that are compared.
    let tasks: [String: Task]
    /// How tokens are placed.
    let modalities: [String: EncodingSettings]
    /// The model of predictors, whose groups do not matter: each has an encoder of its own.
    let model: ModelSettings
    let learningRate: Double
    let weightDecay: Double

    enum CodingKeys: String, CodingKey {
        case seed, tasks, modalities, model
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
    }

    /// What measurements of a suite depend on.
    public init(_ suite: Suite) {
        seed = suite.seed
        tasks = suite.tasks.filter { $0.value.role == .train }.mapValues { task in
            Task(
                dataset: suite.datasets[task.dataset]?.path ?? task.dataset, target: task.target,
                modalities: task.modalities, batch: task.batch ?? suite.training.batch)
        }
        modalities = suite.modalities
        var model = suite.model
        model.groups = nil
        self.model = model
        learningRate = suite.training.learningRate
        weightDecay = suite.training.weightDecay
    }
}
