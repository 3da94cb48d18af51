/// Reads `.npz` files: zip archives of `.npy` members.
public enum NpzReader {
    /// Reads arrays by name, in one pass over the archive.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - names: the arrays that are wanted, without `.npy`; all of them, where absent.
    ///   - limit: the most bytes that an array may have.
    /// - Throws: `FileError`, or `ReaderError` naming the archive and the member: also for one that is missing or holds
    ///   Python objects.
    public static func arrays(
        path: String,
        names: [String]? = nil,
        limit: Int = ArchiveReader.defaultLimit
    ) throws -> [String: NumpyArray] {
        try arrays(ByteRegion(path: path), file: path, names: names, limit: limit)
    }

    /// Reads arrays of an archive that lies elsewhere; `file` is named in errors.
    public static func arrays(
        _ region: ByteRegion,
        file: String,
        names: [String]? = nil,
        limit: Int = ArchiveReader.defaultLimit
    ) throws -> [String: NumpyArray] {
        var arrays: [String: NumpyArray] = [:]
        func name(_ member: String) -> String? { member.hasSuffix(".npy") ? String(member.dropLast(4)) : nil }
        try ArchiveReader.visit(region, file: file, limit: limit) { member in
            name(member).map { names?.contains($0) ?? true } ?? false
        } _: { member in
            guard case .array(let array) = try NpyReader.value(member.bytes, file: "\(file)/\(member.path)") else {
                throw ReaderError(
                    file: "\(file)/\(member.path)",
                    reason: "holds Python objects, expected an array of numbers"
                )
            }
            if let name = name(member.path) { arrays[name] = array }
            return names.map { arrays.count < $0.count } ?? true
        }
        for name in names ?? [] where arrays[name] == nil {
            throw ReaderError(file: file, reason: "no member '\(name).npy'")
        }
        return arrays
    }
}
