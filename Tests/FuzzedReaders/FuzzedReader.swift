/// The readers of files that other people wrote, for tests with hostile input.
public enum FuzzedReader: String, CaseIterable, Sendable {
    case archive, checkpoint, dataset, gzip, hdf5, idx, jpeg, matrix, npy, npz, pickle, png, records, safetensors
    case series, sound, suite, table, torch, wav
    case tableDescription = "table-description"
    case tableImport = "table-import"

    /// Reads the content of a file completely.
    ///
    /// - Throws: The error of the reader, which is the right answer to most hostile input.
    public func read(_ bytes: [UInt8]) throws {
        switch self {
        case .archive, .gzip, .npz, .torch: try readArchive(bytes)
        case .hdf5, .idx, .npy, .pickle: try readArrays(bytes)
        case .jpeg, .png, .sound, .wav: try readMedium(bytes)
        case .checkpoint, .safetensors: try readTensors(bytes)
        case .dataset, .matrix, .records, .series, .suite, .table, .tableDescription, .tableImport:
            try readText(bytes)
        }
    }
}
