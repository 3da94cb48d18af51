extension SafetensorsFile {
    /// Returns a copy of one tensor on the CPU.
    ///
    /// - Throws: ``SafetensorsError`` when the tensor does not exist, ``TorchError`` when it cannot
    ///   be allocated.
    public func tensor(named name: String) throws -> Tensor {
        let entry = try entry(named: name)
        return try withBytes(of: name) { try Tensor(bytes: $0, shape: entry.shape, dtype: entry.dtype) }
    }

    /// Returns copies of all tensors on the CPU, by name.
    ///
    /// - Throws: ``TorchError`` when a tensor cannot be allocated.
    public func tensors() throws -> [String: Tensor] {
        try Dictionary(uniqueKeysWithValues: entries.keys.map { ($0, try tensor(named: $0)) })
    }
}

extension SafetensorsWriter {
    /// Writes tensors to a file. The file is either complete or unchanged.
    ///
    /// - Parameters:
    ///   - tensors: The tensors by name.
    ///   - metadata: Free text for the header.
    ///   - isChecked: True to add the checksum of the file to the metadata.
    ///   - path: The path of the file.
    /// - Throws: `FileError` when writing fails, ``SafetensorsError`` when a name is reserved or
    ///   the header is too large, ``TorchError`` when a tensor cannot be read. An existing file at
    ///   `path` keeps its content then.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], isChecked: Bool = false, to path: String
    ) throws {
        let copies = try tensors.mapValues {
            SafetensorsTensor(dtype: $0.dtype, shape: $0.shape, bytes: try $0.bytes())
        }
        try write(copies, metadata: metadata, isChecked: isChecked, to: path)
    }
}
