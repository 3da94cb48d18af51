import CTorch

/// A multidimensional LibTorch array with a shape, an element type, a device and optionally a
/// gradient.
///
/// As in PyTorch, a `Tensor` refers to shared storage. Operations return new tensors and throw
/// ``TorchError`` at the call. The few operations that modify storage in place say so in their
/// documentation. Sharing a tensor between threads is safe as long as no thread modifies it in
/// place.
public struct Tensor: @unchecked Sendable {
    /// Owns the LibTorch handle and frees it.
    final class Storage {
        let handle: CTTensor

        init(_ handle: CTTensor) { self.handle = handle }

        deinit { ct_tensor_free(handle) }
    }

    let storage: Storage

    var handle: CTTensor { storage.handle }

    init(owning handle: CTTensor) { storage = Storage(handle) }

    /// The size of each axis.
    public var shape: [Int] {
        var sizes = [Int64](repeating: 0, count: rank)
        ct_shape(handle, &sizes)
        return sizes.map(Int.init)
    }

    /// The number of axes.
    public var rank: Int { Int(ct_rank(handle)) }

    /// The number of elements.
    public var count: Int { Int(ct_element_count(handle)) }

    /// The element type.
    public var dtype: DType { DType(cValue: ct_dtype(handle)) ?? .float32 }

    /// The device that stores the tensor.
    public var device: Device {
        var kind = CT_CPU
        var index: Int32 = 0
        ct_device(handle, &kind, &index)
        switch kind {
        case CT_CUDA: return .cuda(Int(index))
        case CT_MPS: return .mps
        default: return .cpu
        }
    }

    /// True when the elements are in row-major order in memory.
    public var isContiguous: Bool { ct_is_contiguous(handle) }

    /// Returns the size of one axis; negative axes count from the end.
    ///
    /// - Throws: ``TorchError`` when the axis does not exist.
    public func size(_ axis: Int) throws -> Int {
        let shape = shape
        let position = axis < 0 ? axis + shape.count : axis
        guard shape.indices.contains(position) else {
            throw TorchError(operation: "size", shapes: [shape], message: "axis \(axis) does not exist")
        }
        return shape[position]
    }
}
