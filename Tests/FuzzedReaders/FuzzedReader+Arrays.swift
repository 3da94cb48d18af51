import Importers

extension FuzzedReader {
    func readArrays(_ bytes: [UInt8]) throws {
        let region = ByteRegion(bytes)
        switch self {
        case .hdf5: try Self.visit(HDF5File(region, file: "x"), "", depth: 0)
        case .idx: _ = try IDXReader.array(region, file: "x").doubles()
        case .npy: _ = try NpyReader.value(region, file: "x").array?.floats()
        default: _ = try PickleReader.value(region, file: "x", limits: Self.pickleLimits).array?.floats()
        }
    }

    /// Reads the datasets of a group. An error in one of them does not keep the others from being
    /// read.
    private static func visit(_ file: HDF5File, _ group: String, depth: Int) throws {
        for name in try file.members(of: group).prefix(20) {
            let path = group.isEmpty ? name : "\(group)/\(name)"
            do {
                _ = try file.dataset(path).array().doubles()
            } catch is ReaderError {
                if depth < 3 { try? visit(file, path, depth: depth + 1) }
            }
        }
    }
}
