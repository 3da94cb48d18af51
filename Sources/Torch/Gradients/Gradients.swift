import CTorch

extension Tensor {
    /// Whether operations on this tensor are recorded for differentiation.
    public var requiresGradient: Bool { ct_requires_gradient(handle) }

    /// Marks this tensor as one that gradients are wanted for.
    ///
    /// - Throws: ``TorchError`` when the element type is not floating point.
    public func setRequiresGradient(_ required: Bool = true) throws {
        try checked("requiresGradient", [self]) { ct_set_requires_gradient(handle, required) }
    }

    /// What has been accumulated for this tensor, or nothing.
    public func gradient() throws -> Tensor? {
        var result: CTTensor?
        try checked("gradient", [self]) { ct_gradient(&result, handle) }
        return result.map(Tensor.init(owning:))
    }

    /// Sets where gradients of this tensor accumulate.
    ///
    /// - Throws: ``TorchError`` when the shapes differ.
    public func setGradient(_ gradient: Tensor?) throws {
        if let gradient, gradient.shape != shape {
            throw TorchError(
                operation: "setGradient", shapes: [shape, gradient.shape], message: "the shapes must be the same")
        }
        try checked("setGradient", [self]) { ct_set_gradient(handle, gradient?.handle) }
    }

    /// Accumulates the gradients of this scalar into all tensors that require one.
    ///
    /// - Throws: ``TorchError`` when this tensor has more than one element or was computed without recording.
    public func backward() throws { try checked("backward", [self]) { ct_backward(handle) } }

    /// The same values, cut off from what they were computed from.
    public func detached() throws -> Tensor { try produced("detach", [self]) { ct_unary($0, CT_DETACH, handle) } }

    /// Overwrites the elements of this tensor in place.
    ///
    /// - Throws: ``TorchError`` when the shapes differ.
    public func overwrite(with source: Tensor) throws {
        try checked("overwrite", [self, source]) { ct_copy_into(handle, source.handle) }
    }

    /// Sets all elements of this tensor in place.
    public func overwrite(with value: Double) throws { try checked("overwrite", [self]) { ct_fill(handle, value) } }
}

/// Runs `body` without recording for differentiation on this thread, and then records again if it was recorded before.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ct_set_gradient_recording(false)
    defer { _ = ct_set_gradient_recording(before) }
    return try body()
}

extension Tensor {
    /// A leaf that shares a part of this flat buffer.
    ///
    /// - Throws: ``TorchError`` when the part lies outside of the buffer.
    func viewOfBuffer(offset: Int, shape: [Int]) throws -> Tensor {
        try produced("view at \(offset)", [self], shape) { out, sizes, rank in
            ct_view_of_buffer(out, handle, Int64(offset), sizes, rank)
        }
    }
}
