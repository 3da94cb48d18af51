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

    /// Returns the eigenvalues of a symmetric matrix in ascending order, and its eigenvectors.
    ///
    /// # Shapes
    /// - `self`: `[n, n]`
    /// - values: `[n]`
    /// - vectors: `[n, n]`, one in each column
    ///
    /// - Throws: ``TorchError`` when this tensor is not a square matrix, or the eigenvalues are not
    ///   found.
    public func symmetricEigen() throws -> (values: Tensor, vectors: Tensor) {
        var values: CTTensor?
        let vectors = try produced("symmetricEigen", [self]) { ct_symmetric_eigen(&values, $0, handle) }
        guard let values else {
            throw TorchError(operation: "symmetricEigen", shapes: [shape], message: "LibTorch returned no tensor")
        }
        return (Tensor(owning: values), vectors)
    }
}
