import Numerics

extension RandomSource {
    /// Returns a float32 tensor of uniform values in `-bound ..< bound`.
    ///
    /// - Throws: ``TorchError`` when a size is negative or the tensor cannot be allocated.
    public mutating func uniformTensor(_ shape: [Int], bound: Double) throws -> Tensor {
        try filled(shape) { Float(($0.uniform() * 2 - 1) * bound) }
    }

    /// Returns a float32 tensor of standard normal values.
    ///
    /// - Throws: ``TorchError`` when a size is negative or the tensor cannot be allocated.
    public mutating func normalTensor(_ shape: [Int]) throws -> Tensor {
        try filled(shape) { Float($0.normal()) }
    }

    private mutating func filled(_ shape: [Int], _ number: (inout RandomSource) -> Float) throws -> Tensor {
        try Tensor(shape: shape, dtype: .float32) { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 4) {
                bytes.storeBytes(of: number(&self), toByteOffset: offset, as: Float.self)
            }
        }
    }
}
