import HighMMT
import Torch

/// The network of one task up to the features that its head reads.
protocol TaskNetwork {
    /// Returns the parameters of the network.
    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration]

    /// Returns the width of the features.
    static func width(_ task: NetworkTask) -> Int

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws

    /// # Shapes
    /// - Result: `[batch, width]`
    func callAsFunction(_ input: NetworkInput) throws -> Tensor
}

/// A task with the sizes of its network.
struct NetworkTask {
    var shape: TaskShape
    var configuration: BaselineConfiguration

    /// The streams, in the order of the task's modalities.
    var streams: [EncodedStream] {
        shape.modalities.map { modality in
            EncodedStream(modality: modality, axes: input(modality)?.axes ?? [], width: configuration.width)
        }
    }

    /// The type of a modality's encoder.
    func encoder(_ modality: ModalityShape) -> any VectorEncoder.Type {
        (input(modality)?.encoder ?? .averaged).type
    }

    private func input(_ modality: ModalityShape) -> BaselineConfiguration.Input? {
        configuration.inputs["\(shape.name)/\(modality.name)"]
    }
}

/// A batch of a task, with zeros for what is missing.
struct NetworkInput {
    /// One modality of the batch.
    struct Stream {
        /// `[batch, axes…, channels]`; zero where the sample lacks the modality.
        var data: Tensor
        /// 1 for valid tokens of samples that have the modality, `[batch, tokens]`.
        var mask: Tensor
        /// 1 for samples that have the modality, `[batch, 1]`.
        var presence: Tensor
    }

    /// The streams, in the order of the task's modalities.
    var streams: [Stream]

    init(_ input: TaskInput, _ task: NetworkTask, device: Device) throws {
        streams = try task.streams.map { stream in
            let given = input.streams[stream.modality.name]
            let flags = given.map { $0.present ?? Array(repeating: true, count: input.count) }
            let presence = try Tensor(
                (flags ?? Array(repeating: false, count: input.count)).map { Float($0 ? 1 : 0) },
                shape: [input.count, 1]
            ).to(device: device)
            var mask = try presence.expanded([input.count, stream.tokens])
            guard let given else {
                let shape = [input.count] + stream.axes + [stream.modality.channels]
                return Stream(data: try Tensor.zeros(shape, device: device), mask: mask, presence: presence)
            }
            if let valid = given.mask {
                mask = try mask * valid.reshaped([input.count, stream.tokens]).to(dtype: .float32)
            }
            let cleared = try given.data * mask.reshaped([input.count] + stream.axes + [1])
            return Stream(data: cleared, mask: mask, presence: presence)
        }
    }
}
