import Torch

/// The positions of a stream's tokens and sums over them, which are the same for all samples.
struct TokenConstants {
    /// The position encoding, `[tokens, position width]`. `nil` for tokens without positions.
    let positions: Tensor?
    /// The sum over each token's position, `[tokens]`.
    let sums: Tensor
    /// The sum of squares over each token's position, `[tokens]`.
    let squares: Tensor
    /// The number of tokens.
    let count: Int

    init(_ modality: ModalityShape, sizes: [Int], device: Device) throws {
        count = sizes.reduce(1, *)
        guard modality.hasPositions else {
            positions = nil
            sums = try Tensor.zeros([count], device: device)
            squares = try Tensor.zeros([count], device: device)
            return
        }
        let rows = FourierPositions(modality, sizes: sizes).rows
        positions = try Tensor(rows.flatMap { $0.map(Float.init) }, shape: [count, modality.positionWidth])
            .to(device: device)
        sums = try Tensor(rows.map { Float($0.reduce(0, +)) }, shape: [count]).to(device: device)
        squares = try Tensor(rows.map { Float($0.reduce(0) { $0 + $1 * $1 }) }, shape: [count]).to(device: device)
    }
}
