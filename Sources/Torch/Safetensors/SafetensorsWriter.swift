/// Writes a whole safetensors file in one call. The file is either complete or unchanged.
public enum SafetensorsWriter {
    /// Writes tensors held in memory. Equal content gives equal bytes.
    ///
    /// - Parameters:
    ///   - tensors: The tensors by name.
    ///   - metadata: Free text for the header.
    ///   - isChecked: True to add the checksum of the file to the metadata.
    ///   - path: The path of the file.
    /// - Throws: ``SafetensorsError`` when the bytes of a tensor do not match its shape, a name is
    ///   reserved, or the header is too large. `FileError` when writing fails. An existing file at
    ///   `path` keeps its content then.
    public static func write(
        _ tensors: [String: SafetensorsTensor], metadata: [String: String] = [:], isChecked: Bool = false,
        to path: String
    ) throws {
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            guard SafetensorsEntry.byteCount(dtype: tensor.dtype, shape: tensor.shape) == tensor.bytes.count else {
                throw SafetensorsError(
                    path: path, tensor: name,
                    reason: "\(tensor.bytes.count) bytes do not fill \(tensor.dtype.rawValue) of shape \(tensor.shape)")
            }
        }
        let declarations = tensors.mapValues { SafetensorsStream.Declaration($0.dtype, $0.shape) }
        let stream = try SafetensorsStream(
            path: path, tensors: declarations, metadata: metadata, isChecked: isChecked)
        for name in SafetensorsStream.order(of: declarations) {
            try tensors[name]?.bytes.withUnsafeBytes { try stream.append($0, to: name) }
        }
        try stream.finish()
    }
}
