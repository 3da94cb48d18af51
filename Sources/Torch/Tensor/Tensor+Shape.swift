import CTorch

extension Tensor {
    /// The same elements in another shape; one size may be -1, which stands for whatever is left.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        try produced("reshape to \(shape)", [self], shape) { ct_reshape($0, handle, $1, $2) }
    }

    /// A view in which axes of size one are repeated to `shape`, without copying.
    public func expanded(_ shape: [Int]) throws -> Tensor {
        try produced("expand to \(shape)", [self], shape) { ct_expand($0, handle, $1, $2) }
    }

    /// A view with the axes in another order.
    public func permuted(_ order: [Int]) throws -> Tensor {
        try produced("permute to \(order)", [self], order) { ct_permute($0, handle, $1, $2) }
    }

    /// A view with two axes exchanged; negative axes count from the end.
    public func transposed(_ a: Int, _ b: Int) throws -> Tensor {
        let rank = rank
        let (first, second) = (a < 0 ? a + rank : a, b < 0 ? b + rank : b)
        var order = Array(0..<rank)
        guard order.indices.contains(first), order.indices.contains(second) else {
            throw TorchError(operation: "transpose", shapes: [shape], message: "there are no axes \(a) and \(b)")
        }
        order.swapAt(first, second)
        return try permuted(order)
    }

    /// A view of `length` positions of one axis, from `start`.
    public func narrowed(axis: Int, start: Int, length: Int) throws -> Tensor {
        try produced("narrow axis \(axis) to \(start)..<\(start + length)", [self]) {
            ct_narrow($0, handle, Int64(axis), Int64(start), Int64(length))
        }
    }

    /// The given positions of one axis, in the given order; positions may repeat.
    public func selected(axis: Int, _ indices: [Int]) throws -> Tensor {
        try produced("select from axis \(axis)", [self], indices) {
            ct_index_select($0, handle, Int64(axis), $1, $2)
        }
    }

    /// Joins tensors along an axis they have.
    public static func concatenated(_ tensors: [Tensor], axis: Int) throws -> Tensor {
        let handles: [CTTensor?] = tensors.map(\.handle)
        return try produced("concatenate along axis \(axis)", tensors) { out in
            handles.withUnsafeBufferPointer { ct_concatenate(out, $0.baseAddress, Int64(handles.count), Int64(axis)) }
        }
    }

    /// Joins tensors along a new axis.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
        let handles: [CTTensor?] = tensors.map(\.handle)
        return try produced("stack along axis \(axis)", tensors) { out in
            handles.withUnsafeBufferPointer { ct_stack(out, $0.baseAddress, Int64(handles.count), Int64(axis)) }
        }
    }

    /// The same tensor with its elements in the order of the axes, copied only where they are not.
    public func contiguous() throws -> Tensor {
        isContiguous ? self : try produced("contiguous", [self]) { ct_unary($0, CT_CONTIGUOUS, handle) }
    }

    /// A copy with storage of its own.
    public func cloned() throws -> Tensor { try produced("clone", [self]) { ct_unary($0, CT_CLONE, handle) } }

    /// This tensor with another element type.
    public func to(dtype: DType) throws -> Tensor { try to(device: device, dtype: dtype) }

    /// This tensor on another device, and with another element type where one is given.
    public func to(device: Device, dtype: DType? = nil) throws -> Tensor {
        try produced("convert to \(device)", [self]) {
            ct_to($0, handle, (dtype ?? self.dtype).cValue, device.cKind, device.cIndex)
        }
    }
}
