import Foundation
import Torch

/// The conversion of a tensor that is stored in another element type or shape than the format asks
/// for, such as NumPy's default types.
struct TensorCast: Hashable, Sendable {
    /// The tensor as it is stored.
    let stored: SafetensorsEntry
    /// The element type after the conversion.
    let dtype: DType
    /// The shape after the conversion, with as many elements.
    let shape: [Int]
    /// True for masks and presence, whose values other than 0 and 1 must stay recognisable.
    let isFlag: Bool

    /// The entry that readers see.
    var entry: SafetensorsEntry {
        let count = stored.count * dtype.byteCount
        return SafetensorsEntry(dtype: dtype, shape: shape, byteRange: 0..<count)
    }

    /// The conversion in words, such as "F64 [N, 5] as F32 [N, 5, 1]".
    var text: String {
        func form(_ dtype: DType, _ shape: [Int]) -> String {
            guard stored.shape != self.shape else { return dtype.rawValue }
            return "\(dtype.rawValue) [\((["N"] + shape.dropFirst().map(String.init)).joined(separator: ", "))]"
        }
        return "\(form(stored.dtype, stored.shape)) as \(form(dtype, shape))"
    }

    private static let block = 1 << 20

    /// Returns the converted bytes in memory that the caller owns.
    ///
    /// - Throws: `TorchError` when memory runs out.
    func converted(_ bytes: UnsafeRawBufferPointer) throws -> UnsafeMutableRawBufferPointer {
        let width = stored.dtype.byteCount
        let result = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, stored.count * dtype.byteCount), alignment: 16)
        do {
            for start in stride(from: 0, to: stored.count, by: Self.block) {
                let count = min(Self.block, stored.count - start)
                let part = UnsafeRawBufferPointer(rebasing: bytes[(start * width)..<((start + count) * width)])
                let values = try Tensor(bytes: part, shape: [count], dtype: stored.dtype)
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: result[(start * dtype.byteCount)..<((start + count) * dtype.byteCount)])
                if isFlag {
                    let flags = try values.to(dtype: .float32).floats()
                    target.copyBytes(from: flags.map { $0 == 0 ? 0 : $0 == 1 ? 1 : UInt8(2) })
                } else {
                    target.copyBytes(from: try values.to(dtype: dtype).bytes())
                }
            }
        } catch {
            result.deallocate()
            throw error
        }
        return result
    }
}

/// The converted tensors of a split, made on first use and kept until the split is released.
final class ConvertedTensors: @unchecked Sendable {
    private let lock = NSLock()
    private var buffers: [String: UnsafeMutableRawBufferPointer] = [:]

    deinit { for buffer in buffers.values { buffer.deallocate() } }

    /// Returns the bytes of a tensor, which live as long as this instance.
    ///
    /// - Throws: any error of `make`, which is called once per tensor.
    func bytes(of name: String, _ make: () throws -> UnsafeMutableRawBufferPointer) throws -> UnsafeRawBufferPointer {
        try lock.withLock {
            if let buffer = buffers[name] { return UnsafeRawBufferPointer(buffer) }
            let buffer = try make()
            buffers[name] = buffer
            return UnsafeRawBufferPointer(buffer)
        }
    }
}
