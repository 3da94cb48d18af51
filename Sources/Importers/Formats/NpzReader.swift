/// Reads `.npz` files: zip archives of `.npy` members.
public enum NpzReader {
    /// Reads arrays by name in one pass over the archive.
    ///
    /// - Parameters:
    ///   - path: The path of the archive.
    ///   - names: The names of the arrays to read, without `.npy`; `nil` reads all.
    ///   - limit: The limit of bytes per array.
    /// - Throws: `FileError`; `ReaderError` naming the archive and the member, also for a missing
    ///   member and one that contains Python objects.
    public static func arrays(
        path: String,
        names: [String]? = nil,
        limit: Int = ArchiveReader.defaultLimit
    ) throws -> [String: NumpyArray] {
        try arrays(ByteRegion(path: path), file: path, names: names, limit: limit)
    }

    /// Reads arrays of an archive that is already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the archive and the member, also for a missing member and
    ///   one that contains Python objects.
    public static func arrays(
        _ region: ByteRegion,
        file: String,
        names: [String]? = nil,
        limit: Int = ArchiveReader.defaultLimit
    ) throws -> [String: NumpyArray] {
        var arrays: [String: NumpyArray] = [:]
        var members: [String] = []
        func name(_ member: String) -> String? { member.hasSuffix(".npy") ? String(member.dropLast(4)) : nil }
        try ArchiveReader.visit(region, file: file, limit: limit) { member in
            members.append(member)
            return name(member).map { names?.contains($0) ?? true } ?? false
        } _: { member in
            guard case .array(let array) = try NpyReader.value(member.bytes, file: "\(file)/\(member.path)") else {
                throw ReaderError(
                    file: "\(file)/\(member.path)", reason: "contains Python objects, expected an array of numbers")
            }
            if let name = name(member.path) { arrays[name] = array }
            return names.map { arrays.count < $0.count } ?? true
        }
        for name in names ?? [] where arrays[name] == nil {
            throw ReaderError(
                file: file,
                reason: "no member '\(name).npy'; it has "
                    + (members.isEmpty ? "none" : members.prefix(12).joined(separator: ", "))
                    + (members.count > 12 ? ", …" : ""))
        }
        return arrays
    }
}
