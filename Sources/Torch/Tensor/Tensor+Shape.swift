import CTorch

extension Tensor {
    /// Returns the same elements in another shape. One size may be -1 and is then inferred.
    ///
    /// - Throws: ``TorchError`` when the number of elements does not match.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        try produced("reshape to \(shape)", [self], shape) { ct_reshape($0, handle, $1, $2) }
    }

    /// Returns a view in which axes of size one are repeated to match `shape`, without copying.
    ///
    /// - Throws: ``TorchError`` when the shape cannot be expanded to `shape`.
    public func expanded(_ shape: [Int]) throws -> Tensor {
        try produced("expand to \(shape)", [self], shape) { ct_expand($0, handle, $1, $2) }
    }

    /// Returns a view with reordered axes. Axis i of the result is axis `order[i]` of this tensor.
    ///
    /// - Throws: ``TorchError`` when `order` is not a permutation of the axes.
    public func permuted(_ order: [Int]) throws -> Tensor {
        try produced("permute to \(order)", [self], order) { ct_permute($0, handle, $1, $2) }
    }

    /// Returns a view with two axes swapped; negative axes count from the end.
    ///
    /// - Throws: ``TorchError`` when one of the axes does not exist.
    public func transposed(_ a: Int, _ b: Int) throws -> Tensor {
        let rank = rank
        let (first, second) = (a < 0 ? a + rank : a, b < 0 ? b + rank : b)
        var order = Array(0..<rank)
        guard order.indices.contains(first), order.indices.contains(second) else {
            throw TorchError(operation: "transpose", shapes: [shape], message: "axis \(a) or \(b) does not exist")
        }
        order.swapAt(first, second)
        return try permuted(order)
    }

    /// Returns a view of the positions `start ..< start + length` of one axis.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist or the range exceeds it.
    public func narrowed(axis: Int, start: Int, length: Int) throws -> Tensor {
        try produced("narrow axis \(axis) to \(start)..<\(start + length)", [self]) {
            ct_narrow($0, handle, Int64(axis), Int64(start), Int64(length))
        }
    }

    /// Returns a copy with the given positions of one axis, in the given order. Positions may
    /// repeat.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist or a position is out of range.
    public func selected(axis: Int, _ indices: [Int]) throws -> Tensor {
        try produced("select from axis \(axis)", [self], indices) {
            ct_index_select($0, handle, Int64(axis), $1, $2)
        }
    }

    /// Joins tensors along an existing axis. All other axes must match.
    ///
    /// - Throws: ``TorchError`` when the shapes do not match or there are no tensors.
    public static func concatenated(_ tensors: [Tensor], axis: Int) throws -> Tensor {
        let handles: [CTTensor?] = tensors.map(\.handle)
        return try produced("concatenate along axis \(axis)", tensors) { out in
            handles.withUnsafeBufferPointer { ct_concatenate(out, $0.baseAddress, Int64(handles.count), Int64(axis)) }
        }
    }

    /// Joins tensors of equal shape along a new axis.
    ///
    /// - Throws: ``TorchError`` when the shapes differ or there are no tensors.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
        let handles: [CTTensor?] = tensors.map(\.handle)
        return try produced("stack along axis \(axis)", tensors) { out in
            handles.withUnsafeBufferPointer { ct_stack(out, $0.baseAddress, Int64(handles.count), Int64(axis)) }
        }
    }

    /// Returns this tensor in row-major memory order, copied only when it is not contiguous.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func contiguous() throws -> Tensor {
        isContiguous ? self : try produced("contiguous", [self]) { ct_unary($0, CT_CONTIGUOUS, handle) }
    }

    /// Returns a copy with its own storage.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func cloned() throws -> Tensor { try produced("clone", [self]) { ct_unary($0, CT_CLONE, handle) } }

    /// Returns this tensor with another element type.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func to(dtype: DType) throws -> Tensor { try to(device: device, dtype: dtype) }

    /// Returns this tensor on another device, converted to `dtype` unless it is `nil`.
    ///
    /// - Throws: ``TorchError`` when the device is not available.
    public func to(device: Device, dtype: DType? = nil) throws -> Tensor {
        try produced("convert to \(device)", [self]) {
            ct_to($0, handle, (dtype ?? self.dtype).cValue, device.cKind, device.cIndex)
        }
    }
}
