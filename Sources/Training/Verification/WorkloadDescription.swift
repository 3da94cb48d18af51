/// The shapes of a workload, in the form of a reference case's `case.json`.
///
/// Another implementation can therefore be given the same workload.
public struct WorkloadDescription: Codable, Equatable, Sendable {
    /// A modality with its position encoding.
    public struct Modality: Codable, Equatable, Sendable {
        package var name: String
        package var channels: Int
        package var axes: Int
        package var frequencyBands: Int
        package var maxFrequency: Double
        package var frequencyBase: Double

        enum CodingKeys: String, CodingKey {
            case name, channels, axes
            case frequencyBands = "frequency_bands"
            case maxFrequency = "max_frequency"
            case frequencyBase = "frequency_base"
        }

        /// Creates a modality with a maximum frequency of 1, as in the published model.
        public init(_ name: String, channels: Int, axes: Int, frequencyBands: Int) {
            self.name = name
            self.channels = channels
            self.axes = axes
            self.frequencyBands = frequencyBands
            maxFrequency = 1
            frequencyBase = 2
        }
    }

    /// The sizes of the model.
    public struct Configuration: Codable, Equatable, Sendable {
        package var depth = 1
        package var latents = 20
        package var width = 64
        package var crossHeads = 1
        package var latentHeads = 6
        package var crossHeadWidth = 64
        package var latentHeadWidth = 64
        package var crossmodalDepth = 1
        package var crossmodalCrossHeads = 4
        package var selfAttentions: Int?
        package var hasPlainFeedForward: Bool?
        package var poolsLatents: Bool?

        enum CodingKeys: String, CodingKey {
            case depth
            case latents = "num_latents"
            case width = "latent_dim"
            case crossHeads = "cross_heads"
            case latentHeads = "latent_heads"
            case crossHeadWidth = "cross_dim_head"
            case latentHeadWidth = "latent_dim_head"
            case crossmodalDepth = "cross_depth"
            case crossmodalCrossHeads = "crossmodal_cross_heads"
            case selfAttentions = "num_latent_blocks_per_layer"
            case hasPlainFeedForward = "use_gelu"
            case poolsLatents = "pool_latents"
        }

        /// The paper's large setting.
        public init() {}
    }

    /// A task: the sizes of each modality's axes, followed by its channels.
    public struct Task: Codable, Equatable, Sendable {
        package var modalities: [String: [Int]]
        package var outputs: Int
        package var weight: Double
        /// The name of the loss; `nil` where only the shapes matter.
        package var loss: String?
        /// The pairs that go through the crossmodal block, as sorted names `first+second`; `nil`
        /// keeps all. The public implementation has no such choice.
        package var keptPairs: [String]?

        enum CodingKeys: String, CodingKey {
            case modalities, outputs, weight, loss
            case keptPairs = "kept_pairs"
        }

        /// Creates a task from its parts.
        public init(_ modalities: [String: [Int]], outputs: Int, weight: Double = 1) {
            self.modalities = modalities
            self.outputs = outputs
            self.weight = weight
        }
    }

    /// The modalities of all tasks.
    public var modalities: [Modality]
    /// The sizes of the model.
    public var configuration: Configuration
    /// The tasks, by name.
    public var tasks: [String: Task]

    enum CodingKeys: String, CodingKey {
        case modalities, tasks
        case configuration = "config"
    }

    /// The four tasks of the paper's large setting, with the shapes of its data.
    public static let large = WorkloadDescription(
        modalities: [
            Modality("static", channels: 1, axes: 1, frequencyBands: 6),
            Modality("timeseries", channels: 1, axes: 2, frequencyBands: 6),
            Modality("colorlessimage", channels: 16, axes: 2, frequencyBands: 6),
            Modality("audiospec", channels: 256, axes: 2, frequencyBands: 6),
            Modality("feature1", channels: 35, axes: 1, frequencyBands: 3),
            Modality("feature2", channels: 74, axes: 1, frequencyBands: 3),
            Modality("feature3", channels: 300, axes: 1, frequencyBands: 3),
            Modality("feature4", channels: 371, axes: 1, frequencyBands: 3),
            Modality("feature5", channels: 81, axes: 1, frequencyBands: 3),
        ],
        configuration: Configuration(),
        tasks: [
            "mimic": Task(["static": [5, 1], "timeseries": [24, 12, 1]], outputs: 2, weight: 1.2),
            "avmnist": Task(["colorlessimage": [7, 7, 16], "audiospec": [7, 7, 256]], outputs: 10, weight: 0.9),
            "mosei": Task(
                ["feature1": [50, 35], "feature2": [50, 74], "feature3": [50, 300]], outputs: 2, weight: 1.1),
            "humor": Task(
                ["feature4": [20, 371], "feature5": [20, 81], "feature3": [20, 300]], outputs: 2, weight: 1.5),
        ])
}
