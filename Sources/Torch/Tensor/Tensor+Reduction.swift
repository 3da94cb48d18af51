import CTorch

extension Tensor {
    private func reduced(_ name: String, _ operation: CTReduction, _ axes: [Int], _ keep: Bool) throws -> Tensor {
        try produced(name, [self], axes) { out, list, count in
            ct_reduce(out, operation, handle, list, count, keep)
        }
    }

    /// Returns the sum over `axes`; an empty list means all axes.
    ///
    /// - Parameter keepingAxes: True to keep reduced axes with size 1.
    /// - Throws: ``TorchError`` when an axis does not exist.
    public func sum(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("sum", CT_SUM, axes, keepingAxes)
    }

    /// Returns the mean over `axes`; an empty list means all axes.
    ///
    /// - Parameter keepingAxes: True to keep reduced axes with size 1.
    /// - Throws: ``TorchError`` when an axis does not exist or the elements are not floating point.
    public func mean(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("mean", CT_MEAN, axes, keepingAxes)
    }

    /// Returns the maximum over `axes`; an empty list means all axes.
    ///
    /// - Parameter keepingAxes: True to keep reduced axes with size 1.
    /// - Throws: ``TorchError`` when an axis does not exist or the tensor is empty.
    public func max(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("max", CT_MAX, axes, keepingAxes)
    }

    /// Returns the minimum over `axes`; an empty list means all axes.
    ///
    /// - Parameter keepingAxes: True to keep reduced axes with size 1.
    /// - Throws: ``TorchError`` when an axis does not exist or the tensor is empty.
    public func min(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("min", CT_MIN, axes, keepingAxes)
    }

    /// Returns the index of the maximum along an axis, the first one for ties. The axis is removed.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist.
    public func argmax(axis: Int) throws -> Tensor { try reduced("argmax", CT_ARGMAX, [axis], false) }

    /// Returns true when all elements are true or non-zero.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func all() throws -> Bool { try reduced("all", CT_ALL, [], false).bools()[0] }
}
