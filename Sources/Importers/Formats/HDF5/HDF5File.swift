import Multimodal

/// An HDF5 file, memory-mapped; groups and numeric datasets of what h5py writes by default.
///
/// Everything is read with bounds in mind, which the HDF5 library itself does not do for files that were tampered with.
/// Supported are groups of the classical form and of few members of the new one; datasets in one piece, in the object header
/// or in chunks; integers, IEEE floating point, truth values and fixed-length text; the filters gzip, LZF, shuffle and
/// fletcher32 (whose sums are not compared).
public struct HDF5File: Sendable {
    private let superblock: HDF5Superblock

    /// Opens a file.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public init(path: String) throws { try self.init(ByteRegion(path: path), file: path) }

    /// Opens a file that lies elsewhere; `file` is named in errors.
    public init(_ region: ByteRegion, file: String) throws { superblock = try HDF5Superblock(region, file: file) }

    /// Names of a group's members, sorted; of the root group for an empty path.
    ///
    /// - Throws: `ReaderError` when there is no such group.
    public func members(of path: String = "") throws -> [String] { try group(path).members.keys.sorted() }

    /// A dataset by its path, such as `trajectory0/force`.
    ///
    /// - Throws: `ReaderError` when there is none, or one of a kind that is not supported.
    public func dataset(_ path: String) throws -> HDF5Dataset {
        try HDF5Dataset(HDF5ObjectHeader(at: address(of: path), of: superblock), path: path, of: superblock)
    }

    /// Whether there is a group or dataset of a path.
    ///
    /// - Throws: `ReaderError` when a group on the way cannot be read.
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
                    reason: "no '\(path)'" + ClosestName.hint(for: String(part), among: group.members.keys.sorted())
                )
            }
            address = next
        }
        return address
    }
}
