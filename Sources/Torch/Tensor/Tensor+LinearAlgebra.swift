import CTorch

extension Tensor {
    /// The solution `x` of `self · x = right`.
    ///
    /// - Throws: ``TorchError`` when the matrix is singular or the shapes do not fit.
    public func solved(_ right: Tensor) throws -> Tensor {
        try produced("solve", [self, right]) { ct_solve($0, handle, right.handle) }
    }
}
