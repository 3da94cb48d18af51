/// A tensor in plain memory, to be written.
public struct SafetensorsTensor: Hashable, Sendable {
    /// Type of the elements.
    public let dtype: DType
    /// Sizes of the axes.
    public let shape: [Int]
    /// The elements, row-major and little-endian.
    public let bytes: [UInt8]

    /// Takes bytes as they are; `SafetensorsWriter` checks that they fill the shape.
    public init(dtype: DType, shape: [Int], bytes: [UInt8]) {
        self.dtype = dtype
        self.shape = shape
        self.bytes = bytes
    }

    /// A float32 tensor.
    public init(_ values: [Float], shape: [Int]) {
        self.init(dtype: .float32, shape: shape, bytes: values.withUnsafeBytes(Array.init))
    }

    /// An int64 tensor.
    public init(_ values: [Int64], shape: [Int]) {
        self.init(dtype: .int64, shape: shape, bytes: values.withUnsafeBytes(Array.init))
    }

    /// A bool tensor.
    public init(_ values: [Bool], shape: [Int]) {
        self.init(dtype: .bool, shape: shape, bytes: values.map { $0 ? 1 : 0 })
    }
}
