import HighMMT
import Torch

/// A prior method on the tasks of a suite: a network and a head per task, which share nothing.
///
/// Summary paths, calibration, and the dropout of the head's features are those of the HighMMT
/// model, so that methods differ in their networks alone.
public final class BaselineModel: MultitaskModel {
    /// The sizes of the networks.
    public let configuration: BaselineConfiguration
    /// The tasks, in the order given.
    public let tasks: [TaskShape]
    /// All parameters of the model.
    public let parameters: ParameterStore
    /// Always true: a modality that is missing contributes zeros.
    public let learnsPlaceholders = true

    private let networks: [String: any TaskNetwork]
    private let heads: [String: (norm: LayerNormParameters, weight: Tensor, bias: Tensor)]
    private let mixing: OutputMixing

    /// Creates networks with randomly initialised parameters.
    ///
    /// - Parameters:
    ///   - configuration: The sizes of the networks.
    ///   - tasks: The tasks, each with a unique name.
    ///   - seed: The seed of the initialisation.
    ///   - device: The device that holds the parameters.
    /// - Throws: `ModelError` when tasks or sizes are inconsistent; `TorchError` when the
    ///   parameters cannot be created.
    public init(
        _ configuration: BaselineConfiguration, tasks: [TaskShape], seed: UInt64 = 0, device: Device = .cpu
    ) throws {
        try HighMMTModel.validate(tasks)
        try configuration.validate(tasks)
        let type = configuration.method.type
        let own = tasks.map { NetworkTask(shape: $0, configuration: configuration) }
        let declarations = own.flatMap { task -> [ParameterDeclaration] in
            let head = "head.\(task.shape.name)"
            return type.declarations("network.\(task.shape.name)", task)
                + ParameterDeclaration.layerNorm("\(head).norm", width: type.width(task))
                + ParameterDeclaration.linear(
                    "\(head).linear", inputs: type.width(task), outputs: task.shape.outputs, bias: true)
                + OutputMixing.declarations(task.shape)
        }
        let parameters = try ParameterStore(declarations, seed: seed, device: device)
        networks = try own.reduce(into: [:]) {
            $0[$1.shape.name] = try type.init("network.\($1.shape.name)", $1, in: parameters)
        }
        heads = try tasks.reduce(into: [:]) {
            let path = "head.\($1.name)"
            $0[$1.name] = (
                try LayerNormParameters("\(path).norm", in: parameters),
                try parameters.parameter("\(path).linear.weight"), try parameters.parameter("\(path).linear.bias")
            )
        }
        mixing = try OutputMixing(tasks, in: parameters)
        self.configuration = configuration
        self.tasks = tasks
        self.parameters = parameters
    }

    /// Runs the tasks of a step.
    ///
    /// # Shapes
    /// As for `MultitaskModel`.
    ///
    /// - Parameters:
    ///   - inputs: The batch of each task, by task name.
    ///   - dropout: The dropout of the head features during training; `nil` applies none.
    ///   - latentDropout: Ignored, since there are no latents.
    ///   - headsOnly: True to leave out the summary paths and factors, as training does.
    /// - Throws: `ModelError` with the name of the stream when an input does not fit its task;
    ///   `TorchError` when an operation fails.
    public func forward(
        _ inputs: [String: TaskInput], dropout: FeatureDropout?, latentDropout: FeatureDropout?, headsOnly: Bool
    ) throws -> ModelOutput {
        try tasks.validate(inputs, learnsPlaceholders: true)
        var (outputs, features): ([String: Tensor], [String: Tensor]) = ([:], [:])
        for task in tasks {
            guard let input = inputs[task.name], let network = networks[task.name], let head = heads[task.name] else {
                continue
            }
            let own = NetworkTask(shape: task, configuration: configuration)
            let read = try network(NetworkInput(input, own, device: parameters.device))
            features[task.name] = read
            let normalised = try head.norm(read)
            let factors = try dropout?.factors(read.shape, task: task.name, device: parameters.device)
            outputs[task.name] = try (factors.map { try normalised * $0 } ?? normalised)
                .linear(head.weight, bias: head.bias)
        }
        let (logits, summaries) = try mixing.logits(outputs, inputs: inputs, headsOnly: headsOnly)
        return ModelOutput(logits: logits, heads: outputs, features: features, latents: [:], summaries: summaries)
    }

    /// Returns the paths of the parameters used in a step of the given tasks.
    public func parameterPaths(of taskNames: Set<String>) -> [String] {
        parameters.paths.filter { path in
            taskNames.contains { path.hasPrefix("network.\($0).") || path.hasPrefix("head.\($0).") }
        }
    }
}

extension PriorMethod {
    /// The type of the network. A unimodal network is late fusion of one modality.
    var type: any TaskNetwork.Type {
        switch self {
        case .unimodal, .lateFusion: LateFusion.self
        case .earlyFusion: EarlyFusion.self
        case .lowRankFusion: LowRankFusion.self
        case .multimodalTransformer: MultimodalTransformer.self
        }
    }
}
