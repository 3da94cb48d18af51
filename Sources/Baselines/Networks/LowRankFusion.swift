import HighMMT
import Torch

/// Low-rank tensor fusion: an encoder per modality, and the product of the vectors [h; 1] over
/// modalities, computed through factors of low rank without forming the tensor.
///
/// For vectors h_m and factors F_m of shape (rank, width + 1, width), the result is
/// Σ_r w_r · Π_m ([h_m; 1] · F_m[r]) + b. A missing modality is [0; 1].
///
/// Source: Liu et al. 2018, equation 4. There the result is the output itself; here it is as wide
/// as an encoded modality, and the head of the task reads it.
struct LowRankFusion: TaskNetwork {
    private let encoders: ModalityEncoders
    private let factors: [Tensor]
    private let weights: Tensor
    private let bias: Tensor

    static func declarations(_ path: String, _ task: NetworkTask) -> [ParameterDeclaration] {
        let (width, rank) = (task.configuration.width, task.configuration.rank)
        // The bound of Xavier's uniform initialisation.
        let bound = (6 / Double(2 * width + 1)).squareRoot()
        return ModalityEncoders.declarations(path, task)
            + task.shape.modalities.map {
                ParameterDeclaration("\(path).factor.\($0.name)", [rank, width + 1, width], .uniform(bound: bound))
            } + [
                ParameterDeclaration(
                    "\(path).rank_weights", [rank, 1], .uniform(bound: (6 / Double(rank + 1)).squareRoot())),
                ParameterDeclaration("\(path).bias", [width], .zeros),
            ]
    }

    static func width(_ task: NetworkTask) -> Int { task.configuration.width }

    init(_ path: String, _ task: NetworkTask, in parameters: ParameterStore) throws {
        encoders = try ModalityEncoders(path, task, in: parameters)
        factors = try task.shape.modalities.map { try parameters.parameter("\(path).factor.\($0.name)") }
        weights = try parameters.parameter("\(path).rank_weights")
        bias = try parameters.parameter("\(path).bias")
    }

    func callAsFunction(_ input: NetworkInput) throws -> Tensor {
        let vectors = try encoders(input)
        let parts = try zip(vectors, factors).map { vector, factor in
            let one = try Tensor.full([vector.size(0), 1], 1, device: vector.device)
            // [1, batch, width + 1] · [rank, width + 1, width] → [rank, batch, width]
            let extended = try Tensor.concatenated([vector, one], axis: 1)
            return try extended.reshaped([1, extended.size(0), extended.size(1)]).matmul(factor)
        }
        let product = try parts.dropFirst().reduce(parts[0]) { try $0 * $1 }
        return try (product * weights.reshaped([-1, 1, 1])).sum(axes: [0]) + bias
    }
}
