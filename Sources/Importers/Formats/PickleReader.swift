import Files

/// Reads Python pickles (protocols 0 to 5) without Python, and without constructing or calling any
/// Python object.
///
/// A pickle is a program for a small stack machine. This interpreter supports NumPy's arrays,
/// element types and scalars, and Python's containers, numbers, text and bytes. It rejects any
/// other name as soon as a pickle mentions it. Source of the opcodes: CPython,
/// `Lib/pickletools.py`.
public enum PickleReader {
    /// The limits of memory and nesting while reading a pickle.
    public struct Limits: Sendable {
        /// The limit of memory in bytes, by a conservative estimate, in addition to the file's own
        /// bytes.
        public var memory = FileMemory.limit
        /// The limit of nested containers.
        public var depth = 64

        /// Creates limits of `FileMemory.limit` bytes and 64 levels.
        public init() {}
    }

    /// Reads a pickle file.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public static func value(path: String, limits: Limits = Limits()) throws -> PickleValue {
        try value(ByteRegion(path: path), file: path, limits: limits)
    }

    /// Reads a pickle that is already open.
    ///
    /// - Parameters:
    ///   - region: The bytes of the pickle.
    ///   - file: The path to name in errors.
    ///   - offset: The offset of the region within the file, added to the positions in errors.
    ///   - limits: The limits of memory and nesting.
    /// - Throws: `ReaderError` naming file and byte.
    public static func value(
        _ region: ByteRegion,
        file: String,
        offset: Int = 0,
        limits: Limits = Limits()
    ) throws -> PickleValue {
        try value(region, file: file, offset: offset, limits: limits, storages: nil)
    }

    /// Reads a pickle; that of a checkpoint if there are storages.
    static func value(
        _ region: ByteRegion, file: String, offset: Int = 0, limits: Limits, storages: [String: ByteRegion]?
    ) throws -> PickleValue {
        if offset == 0 {
            try region.check("a Python pickle", accepting: [.pickle, .json, .table, .text], file: file)
        }
        let machine = PickleMachine(region: region, file: file, offset: offset, limits: limits, storages: storages)
        defer { machine.dismantle() }
        do {
            return try machine.run()
        } catch let error as ReaderError {
            // Pickles of protocol 0 are text as well.
            let isNoPickle = error.position == .byte(0) && error.reason.hasPrefix(PickleMachine.unknownOpcode)
            if offset == 0 {
                try region.check("a Python pickle", accepting: isNoPickle ? [.pickle] : [.pickle, .text], file: file)
            }
            throw error
        }
    }
}
