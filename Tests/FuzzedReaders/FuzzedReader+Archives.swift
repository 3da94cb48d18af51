import Importers

extension FuzzedReader {
    /// The limit of memory for what a file unpacks to.
    static let limit = 1 << 20

    /// The limits of memory and nesting of a pickle.
    static var pickleLimits: PickleReader.Limits {
        var limits = PickleReader.Limits()
        limits.memory = limit
        return limits
    }

    func readArchive(_ bytes: [UInt8]) throws {
        let region = ByteRegion(bytes)
        switch self {
        case .gzip: _ = try ArchiveReader.decompressed(region, file: "x", limit: Self.limit)
        case .npz:
            for array in try NpzReader.arrays(region, file: "x", limit: Self.limit).values { _ = array.floats() }
        case .torch:
            try HostileFile.with(bytes, named: "x.pt") { path in
                let checkpoint = try TorchCheckpoint(path: path, limits: Self.pickleLimits)
                _ = TorchModule(checkpoint.value)?.parameters.values.map { $0.doubles() }
            }
        default:
            try ArchiveReader.visit(region, file: "x", limit: Self.limit) { member in member.bytes.count >= 0 }
        }
    }
}
