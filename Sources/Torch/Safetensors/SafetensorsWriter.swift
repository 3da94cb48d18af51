/// Writes a safetensors file at once, under a temporary name that becomes the final one when it is complete.
public enum SafetensorsWriter {
    /// Writes tensors that lie in memory; the same content always gives the same bytes.
    ///
    /// - Throws: `SafetensorsError` for bytes that do not fill their shape, `FileError` when writing fails; whatever stood
    ///   at `path` stays as it was then.
    public static func write(
        _ tensors: [String: SafetensorsTensor],
        metadata: [String: String] = [:],
        to path: String
    ) throws {
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            guard SafetensorsEntry.byteCount(dtype: tensor.dtype, shape: tensor.shape) == tensor.bytes.count else {
                throw SafetensorsError(
                    path: path,
                    tensor: name,
                    reason: "\(tensor.bytes.count) bytes do not fill \(tensor.dtype.rawValue) of shape \(tensor.shape)"
                )
            }
        }
        let stream = try SafetensorsStream(
            path: path,
            tensors: tensors.mapValues { .init($0.dtype, $0.shape) },
            metadata: metadata
        )
        for (name, tensor) in tensors {
            try tensor.bytes.withUnsafeBytes { try stream.append($0, to: name) }
        }
        try stream.finish()
    }
}
