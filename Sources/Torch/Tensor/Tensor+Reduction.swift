import CTorch

extension Tensor {
    private func reduced(_ name: String, _ operation: CTReduction, _ axes: [Int], _ keep: Bool) throws -> Tensor {
        try produced(name, [self], axes) { out, list, count in
            ct_reduce(out, operation, handle, list, count, keep)
        }
    }

    /// The sum over `axes`, or over all of them.
    public func sum(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("sum", CT_SUM, axes, keepingAxes)
    }

    /// The mean over `axes`, or over all of them.
    public func mean(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("mean", CT_MEAN, axes, keepingAxes)
    }

    /// The largest element over `axes`, or over all of them.
    public func max(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("max", CT_MAX, axes, keepingAxes)
    }

    /// The smallest element over `axes`, or over all of them.
    public func min(axes: [Int] = [], keepingAxes: Bool = false) throws -> Tensor {
        try reduced("min", CT_MIN, axes, keepingAxes)
    }

    /// The position of the largest element along an axis (the first of equals).
    public func argmax(axis: Int) throws -> Tensor { try reduced("argmax", CT_ARGMAX, [axis], false) }

    /// Whether all elements are true.
    public func all() throws -> Bool { try reduced("all", CT_ALL, [], false).bools()[0] }
}
