import HighMMT
import Torch

/// Late fusion: an encoder per modality, chosen by its kind. The vectors of all modalities are
/// concatenated and pass a perceptron. A modality that is missing contributes zeros.
struct LateFusion: TaskNetwork {
    private let encoders: ModalityEncoders
    private let fusion: Perceptron

    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration] {
        let inputs = task.shape.modalities.count * task.configuration.width
        return ModalityEncoders.declarations(path, task)
            + Perceptron.declarations(
                "\(path).fusion", inputs: inputs, hidden: 2 * task.configuration.width, outputs: width(task))
    }

    static func width(_ task: NetworkTask) -> Int { task.configuration.width }

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws {
        encoders = try ModalityEncoders(path, task, in: parameters)
        fusion = try Perceptron("\(path).fusion", in: parameters)
    }

    func callAsFunction(_ input: NetworkInput) throws -> Tensor {
        try fusion(Tensor.concatenated(encoders(input), axis: 1))
    }
}

/// The encoders of a task's modalities.
struct ModalityEncoders {
    private let encoders: [any VectorEncoder]

    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration] {
        task.streams.flatMap { stream in
            task.encoder(stream.modality).declarations("\(path).encoder.\(stream.modality.name)", stream)
        }
    }

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws {
        encoders = try task.streams.map { stream in
            try task.encoder(stream.modality).init(
                "\(path).encoder.\(stream.modality.name)", stream, in: parameters)
        }
    }

    /// Returns the vector of each modality, `[batch, width]`; zero where it is missing.
    func callAsFunction(_ input: NetworkInput) throws -> [Tensor] {
        try zip(encoders, input.streams).map { encoder, stream in
            try encoder(stream.data, mask: stream.mask) * stream.presence
        }
    }
}
