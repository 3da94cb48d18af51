extension SafetensorsFile {
    /// A copy of one tensor, on the CPU.
    ///
    /// - Throws: `SafetensorsError` when there is no such tensor; ``TorchError`` when there is no memory for it.
    public func tensor(named name: String) throws -> Tensor {
        let entry = try entry(named: name)
        return try withBytes(of: name) { try Tensor(bytes: $0, shape: entry.shape, dtype: entry.dtype) }
    }

    /// Copies of all tensors, by name.
    ///
    /// - Throws: ``TorchError`` when there is no memory for one of them.
    public func tensors() throws -> [String: Tensor] {
        try Dictionary(uniqueKeysWithValues: entries.keys.map { ($0, try tensor(named: $0)) })
    }
}

extension SafetensorsWriter {
    /// Writes tensors at once, under a temporary name that becomes the final one when it is complete.
    ///
    /// - Throws: `FileError` when writing fails; whatever stood at `path` stays as it was then.
    public static func write(_ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String) throws {
        let copies = try tensors.mapValues {
            SafetensorsTensor(dtype: $0.dtype, shape: $0.shape, bytes: try $0.bytes())
        }
        try write(copies, metadata: metadata, to: path)
    }
}
