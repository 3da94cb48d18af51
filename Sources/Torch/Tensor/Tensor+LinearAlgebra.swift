import CTorch

extension Tensor {
    /// Returns the solution X of the linear system A·X = B, where A is this tensor.
    ///
    /// # Shapes
    /// - `self` (A): `[n, n]`
    /// - `right` (B), result (X): `[n, k]`
    ///
    /// - Throws: ``TorchError`` when A is singular or the shapes do not match.
    public func solved(_ right: Tensor) throws -> Tensor {
        try produced("solve", [self, right]) { ct_solve($0, handle, right.handle) }
    }
}
