import HighMMT
import Torch

/// The batches of a step and the random numbers that go with them.
public struct StepInput {
    /// Task → its batch.
    public var inputs: [String: TaskInput]
    /// Task → the targets of its batch, on the device of the model.
    public var targets: [String: Tensor]
    /// The dropout of the features read by heads; `nil` drops none.
    public var dropout: FeatureDropout?
    /// The dropout of the latents of streams; `nil` drops none.
    public var latentDropout: FeatureDropout?
    /// Task → the weight of each sample of its batch; tasks without an entry weigh all alike.
    public var weights: [String: Tensor] = [:]
    /// Task → the share of its batch that the inputs are, for all tasks of the step; `nil` when the
    /// inputs are the whole batches.
    public var shares: [String: Double]?

    /// Creates whole batches without dropout or weights.
    public init(_ inputs: [String: TaskInput], targets: [String: Tensor]) {
        self.inputs = inputs
        self.targets = targets
    }

    /// The names of the tasks of the step, including those without a row in this process.
    var tasks: Set<String> { Set(shares?.keys.map(\.self) ?? Array(inputs.keys)) }
}
