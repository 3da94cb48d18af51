import Numerics

extension RandomSource {
    /// A float32 tensor with numbers from `-bound ..< bound`.
    ///
    /// - Throws: ``TorchError`` when the shape is negative or does not fit into memory.
    public mutating func uniformTensor(_ shape: [Int], bound: Double) throws -> Tensor {
        try filled(shape) { Float(($0.uniform() * 2 - 1) * bound) }
    }

    /// A float32 tensor with numbers from the standard normal distribution.
    ///
    /// - Throws: ``TorchError`` when the shape is negative or does not fit into memory.
    public mutating func normalTensor(_ shape: [Int]) throws -> Tensor {
        try filled(shape) { Float($0.normal()) }
    }

    private mutating func filled(
        _ shape: [Int], _ number: (inout RandomSource) -> Float
    ) throws -> Tensor {
        try Tensor(shape: shape, dtype: .float32) { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 4) {
                bytes.storeBytes(of: number(&self), toByteOffset: offset, as: Float.self)
            }
        }
    }
}
