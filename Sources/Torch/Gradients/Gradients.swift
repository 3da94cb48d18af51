import CTorch

extension Tensor {
    /// True when operations on this tensor are recorded for differentiation.
    public var requiresGradient: Bool { ct_requires_gradient(handle) }

    /// Sets whether operations on this tensor are recorded for differentiation.
    ///
    /// - Throws: ``TorchError`` when the element type is not floating point.
    public func setRequiresGradient(_ required: Bool = true) throws {
        try checked("requiresGradient", [self]) { ct_set_requires_gradient(handle, required) }
    }

    /// Returns the accumulated gradient, or `nil` when there is none.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func gradient() throws -> Tensor? {
        var result: CTTensor?
        try checked("gradient", [self]) { ct_gradient(&result, handle) }
        return result.map(Tensor.init(owning:))
    }

    /// Sets the tensor in which gradients of this tensor accumulate. `nil` removes it.
    ///
    /// - Throws: ``TorchError`` when the shapes differ.
    public func setGradient(_ gradient: Tensor?) throws {
        if let gradient, gradient.shape != shape {
            throw TorchError(
                operation: "setGradient", shapes: [shape, gradient.shape], message: "the shapes must be the same")
        }
        try checked("setGradient", [self]) { ct_set_gradient(handle, gradient?.handle) }
    }

    /// Adds the gradients of this scalar to every tensor that requires them.
    ///
    /// - Throws: ``TorchError`` when this tensor has more than one element or was computed without
    ///   recording.
    public func backward() throws { try checked("backward", [self]) { ct_backward(handle) } }

    /// Returns the same values without their history. Gradients do not flow through the result.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func detached() throws -> Tensor { try produced("detach", [self]) { ct_unary($0, CT_DETACH, handle) } }

    /// Overwrites the elements of this tensor in place.
    ///
    /// - Throws: ``TorchError`` when the shapes differ.
    public func overwrite(with source: Tensor) throws {
        try checked("overwrite", [self, source]) { ct_copy_into(handle, source.handle) }
    }

    /// Sets all elements of this tensor in place.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func overwrite(with value: Double) throws { try checked("overwrite", [self]) { ct_fill(handle, value) } }
}

/// Runs `body` without recording operations for differentiation on this thread.
///
/// The previous setting is restored afterwards, also when `body` throws.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ct_set_gradient_recording(false)
    defer { _ = ct_set_gradient_recording(before) }
    return try body()
}

extension Tensor {
    /// Returns a leaf tensor that shares part of this flat buffer.
    ///
    /// - Throws: ``TorchError`` when the range exceeds the buffer.
    func viewOfBuffer(offset: Int, shape: [Int]) throws -> Tensor {
        try produced("view at \(offset)", [self], shape) { out, sizes, rank in
            ct_view_of_buffer(out, handle, Int64(offset), sizes, rank)
        }
    }
}
