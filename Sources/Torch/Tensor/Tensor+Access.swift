import CTorch

extension Tensor {
    /// Returns all elements as 32-bit floating point, in row-major order.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func floats() throws -> [Float] {
        let source = dtype == .float32 ? self : try to(dtype: .float32)
        return try source.copied(as: Float.self, filler: 0)
    }

    /// Returns all elements as 64-bit floating point, in row-major order.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func doubles() throws -> [Double] {
        let source = dtype == .float64 ? self : try to(device: .cpu).to(dtype: .float64)
        return try source.copied(as: Double.self, filler: 0)
    }

    /// Returns all elements as 64-bit integers, in row-major order.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func integers() throws -> [Int64] {
        let source = dtype == .int64 ? self : try to(dtype: .int64)
        return try source.copied(as: Int64.self, filler: 0)
    }

    /// Returns all elements as Boolean values, in row-major order. Every non-zero element is true.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func bools() throws -> [Bool] {
        let source = dtype == .bool ? self : try to(dtype: .bool)
        return try source.copied(as: UInt8.self, filler: 0).map { $0 != 0 }
    }

    /// Returns the value of a tensor with exactly one element.
    ///
    /// - Throws: ``TorchError`` when the tensor does not have exactly one element.
    public func item() throws -> Double {
        guard count == 1 else {
            throw TorchError(operation: "item", shapes: [shape], message: "expected exactly one element")
        }
        return try doubles()[0]
    }

    /// Returns the bytes of all elements, in row-major order.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func bytes() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count * dtype.byteCount)
        try bytes.withUnsafeMutableBytes { target in
            try checked("bytes", [self]) { ct_copy_to_bytes(handle, target.baseAddress, Int64(target.count)) }
        }
        return bytes
    }

    /// Lets `body` change the bytes of all elements, in row-major order. The bytes of a tensor on
    /// another device are copied to the CPU and back.
    ///
    /// - Throws: ``TorchError`` when the tensor is not contiguous or the device fails; the errors
    ///   of `body`.
    package func withMutableBytesOnCPU(_ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        guard isContiguous else {
            throw TorchError(operation: "change bytes", shapes: [shape], message: "expected a contiguous tensor")
        }
        let place = device == .cpu ? self : try to(device: .cpu)
        try body(UnsafeMutableRawBufferPointer(start: ct_data(place.handle), count: count * dtype.byteCount))
        if device != .cpu { try overwrite(with: place.to(device: device)) }
    }

    /// Calls `body` with the address of the elements, in row-major order, in the memory of the
    /// tensor's device.
    ///
    /// - Throws: ``TorchError`` when the tensor is not contiguous; the errors of `body`.
    package func withAddress<Result>(_ body: (UnsafeMutableRawPointer) throws -> Result) throws -> Result {
        guard isContiguous, let address = ct_data(handle) else {
            throw TorchError(operation: "address", shapes: [shape], message: "expected a contiguous tensor")
        }
        return try body(address)
    }

    private func copied<Element>(as type: Element.Type, filler: Element) throws -> [Element] {
        var values = [Element](repeating: filler, count: count)
        try values.withUnsafeMutableBytes { target in
            try checked("read", [self]) { ct_copy_to_bytes(handle, target.baseAddress, Int64(target.count)) }
        }
        return values
    }
}
