/// A tensor in memory that can be written to a safetensors file.
public struct SafetensorsTensor: Hashable, Sendable {
    /// The element type.
    public let dtype: DType
    /// The size of each axis.
    public let shape: [Int]
    /// The elements, row-major and little-endian.
    public let bytes: [UInt8]

    /// Creates a tensor from its bytes. ``SafetensorsWriter`` checks that they match the shape.
    public init(dtype: DType, shape: [Int], bytes: [UInt8]) {
        self.dtype = dtype
        self.shape = shape
        self.bytes = bytes
    }

    /// Creates a float32 tensor.
    public init(_ values: [Float], shape: [Int]) {
        self.init(dtype: .float32, shape: shape, bytes: values.withUnsafeBytes(Array.init))
    }

    /// Creates an int64 tensor.
    public init(_ values: [Int64], shape: [Int]) {
        self.init(dtype: .int64, shape: shape, bytes: values.withUnsafeBytes(Array.init))
    }

    /// Creates a Boolean tensor.
    public init(_ values: [Bool], shape: [Int]) {
        self.init(dtype: .bool, shape: shape, bytes: values.map { $0 ? 1 : 0 })
    }
}
