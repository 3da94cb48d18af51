/// The type, shape and location of one tensor in a safetensors file.
public struct SafetensorsEntry: Hashable, Sendable {
    /// The element type.
    public let dtype: DType
    /// The size of each axis; empty for a scalar.
    public let shape: [Int]
    /// The byte range of the tensor within the file. Elements are row-major and little-endian.
    public let byteRange: Range<Int>

    /// Creates an entry.
    public init(dtype: DType, shape: [Int], byteRange: Range<Int>) {
        self.dtype = dtype
        self.shape = shape
        self.byteRange = byteRange
    }

    /// The number of elements.
    public var count: Int { byteRange.count / dtype.byteCount }

    /// Returns the size in bytes of a tensor, or `nil` when a size is negative or the product
    /// overflows.
    static func byteCount(dtype: DType, shape: [Int]) -> Int? {
        var total = dtype.byteCount
        for size in shape {
            guard size >= 0 else { return nil }
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            total = product
        }
        return total
    }
}
