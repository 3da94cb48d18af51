import Multimodal

/// A memory-mapped HDF5 file with groups and numeric datasets as h5py writes them by default.
///
/// Every read is bounds-checked, which the HDF5 library does not guarantee for manipulated files.
/// The supported features are:
///
/// - Groups in the old format, and small groups in the new one.
/// - Contiguous, compact and chunked datasets.
/// - Integers, IEEE floating point, Booleans and fixed-length text.
/// - The filters gzip, LZF, shuffle and fletcher32, whose checksums are not verified.
public struct HDF5File: Sendable {
    private let superblock: HDF5Superblock

    /// Opens a file.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public init(path: String) throws { try self.init(ByteRegion(path: path), file: path) }

    /// Opens a file from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming file and byte.
    public init(_ region: ByteRegion, file: String) throws { superblock = try HDF5Superblock(region, file: file) }

    /// Returns the sorted names of a group's members. An empty path is the root group.
    ///
    /// - Throws: `ReaderError` when the group does not exist or cannot be read.
    public func members(of path: String = "") throws -> [String] { try group(path).members.keys.sorted() }

    /// Opens a dataset by its path, such as `trajectory0/force`.
    ///
    /// - Throws: `ReaderError` when the dataset does not exist or is not supported.
    public func dataset(_ path: String) throws -> HDF5Dataset {
        try HDF5Dataset(HDF5ObjectHeader(at: address(of: path), of: superblock), path: path, of: superblock)
    }

    /// Returns true when the file has a group or dataset at a path.
    ///
    /// - Throws: `ReaderError` when a parent group cannot be read.
    public func contains(_ path: String) throws -> Bool {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        guard let name = parts.last else { return true }
        guard try parent.isEmpty || contains(parent) else { return false }
        return try group(parent).members[String(name)] != nil
    }

    private func group(_ path: String) throws -> HDF5Group {
        try HDF5Group(HDF5ObjectHeader(at: address(of: path), of: superblock), of: superblock)
    }

    private func address(of path: String) throws -> Int {
        var address = superblock.root
        for part in path.split(separator: "/") {
            let group = try HDF5Group(HDF5ObjectHeader(at: address, of: superblock), of: superblock)
            guard let next = group.members[String(part)] else {
                throw ReaderError(
                    file: superblock.file,
                    reason: "no '\(path)'" + ClosestName.hint(for: String(part), among: group.members.keys.sorted()))
            }
            address = next
        }
        return address
    }
}
