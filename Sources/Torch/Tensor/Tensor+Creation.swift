import CTorch

extension Tensor {
    /// Creates a tensor on the CPU from a copy of `bytes`, in row-major order.
    ///
    /// - Throws: ``TorchError`` when the number of bytes does not match the shape.
    public init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) throws {
        try Self.check(shape, "tensor")
        self = try produced("tensor", [], shape) { out, sizes, rank in
            ct_from_bytes(out, bytes.baseAddress, Int64(bytes.count), sizes, rank, dtype.cValue)
        }
    }

    /// Creates a tensor on the CPU and lets `fill` write its bytes in place.
    ///
    /// - Parameter fill: Receives the uninitialised bytes in row-major order and must write all of
    ///   them.
    /// - Throws: ``TorchError`` when a size is negative or the tensor cannot be allocated, and any
    ///   error of `fill`.
    public init(shape: [Int], dtype: DType, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        try Self.check(shape, "tensor")
        self = try produced("tensor", [], shape) { ct_empty($0, $1, $2, dtype.cValue) }
        try fill(UnsafeMutableRawBufferPointer(start: ct_data(handle), count: count * dtype.byteCount))
    }

    /// Creates a float32 tensor on the CPU from values in row-major order.
    ///
    /// - Throws: ``TorchError`` when the number of values does not match the shape.
    public init(_ values: [Float], shape: [Int]) throws {
        self = try values.withUnsafeBytes { try Tensor(bytes: $0, shape: shape, dtype: .float32) }
    }

    /// Creates an int64 tensor on the CPU from values in row-major order.
    ///
    /// - Throws: ``TorchError`` when the number of values does not match the shape.
    public init(_ values: [Int64], shape: [Int]) throws {
        self = try values.withUnsafeBytes { try Tensor(bytes: $0, shape: shape, dtype: .int64) }
    }

    /// Creates a Boolean tensor on the CPU from values in row-major order.
    ///
    /// - Throws: ``TorchError`` when the number of values does not match the shape.
    public init(_ values: [Bool], shape: [Int]) throws {
        let bytes = values.map { UInt8($0 ? 1 : 0) }
        self = try bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: shape, dtype: .bool) }
    }

    /// Returns a tensor with all elements set to one value.
    ///
    /// - Throws: ``TorchError`` when a size is negative or the device is not available.
    public static func full(
        _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try check(shape, "full")
        return try produced("full", [], shape) { out, sizes, rank in
            ct_full(out, sizes, rank, value, dtype.cValue, device.cKind, device.cIndex)
        }
    }

    /// Returns a tensor of zeros.
    ///
    /// - Throws: ``TorchError`` when a size is negative or the device is not available.
    public static func zeros(_ shape: [Int], dtype: DType = .float32, device: Device = .cpu) throws -> Tensor {
        try full(shape, 0, dtype: dtype, device: device)
    }

    private static func check(_ shape: [Int], _ operation: String) throws {
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw TorchError(operation: operation, shapes: [shape], message: "sizes must not be negative")
        }
    }
}
