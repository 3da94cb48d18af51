/// Where one tensor of a safetensors file lies, and what it is.
public struct SafetensorsEntry: Hashable, Sendable {
    /// Type of the elements.
    public let dtype: DType
    /// Sizes of the axes; empty for a scalar.
    public let shape: [Int]
    /// Bytes of the tensor within the file, row-major and little-endian.
    public let byteRange: Range<Int>

    /// Number of elements.
    public var count: Int { byteRange.count / dtype.byteCount }

    /// Bytes of a tensor of this type and shape, or `nil` where that is no size a machine can address.
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
