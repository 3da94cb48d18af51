import CTorch

/// A multidimensional array of LibTorch: a shape, an element type, a device, and possibly a gradient.
///
/// A `Tensor` is a reference to shared storage, as in PyTorch. Operations return new tensors and throw ``TorchError``
/// at the call; the few that change storage in place say so in their names. Sharing a tensor between threads is safe as
/// long as none of them changes it in place.
public struct Tensor: @unchecked Sendable {
    /// Owns the LibTorch handle.
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

    /// Where the tensor lives.
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

    /// Whether the elements lie in memory in the order of the axes.
    public var isContiguous: Bool { ct_is_contiguous(handle) }

    /// The size of one axis; negative axes count from the end.
    ///
    /// - Throws: ``TorchError`` when there is no such axis.
    public func size(_ axis: Int) throws -> Int {
        let shape = shape
        let position = axis < 0 ? axis + shape.count : axis
        guard shape.indices.contains(position) else {
            throw TorchError(operation: "size", shapes: [shape], message: "there is no axis \(axis)")
        }
        return shape[position]
    }
}
