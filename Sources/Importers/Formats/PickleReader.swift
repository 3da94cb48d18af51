/// Reads Python pickles (protocols 0 to 5) without Python, and without ever constructing or calling anything.
///
/// A pickle is a program for a small stack machine. This interpreter knows NumPy's arrays, element types and scalars,
/// Python's containers, numbers, texts and bytes; any other name that a pickle refers to is refused, by name, as soon as
/// it is mentioned. Opcodes: CPython, `Lib/pickletools.py`.
public enum PickleReader {
    /// What reading may cost at most.
    public struct Limits: Sendable {
        /// Bytes of memory for items beside the file's own bytes, by a careful estimate.
        public var memory = 1 << 30
        /// Containers within containers.
        public var depth = 64

        /// One gibibyte, 64 levels.
        public init() {}
    }

    /// Reads a pickle file.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming file and byte.
    public static func value(path: String, limits: Limits = Limits()) throws -> PickleValue {
        try value(ByteRegion(path: path), file: path, limits: limits)
    }

    /// Reads a pickle that lies elsewhere; `file` is named in errors and `offset` added to their positions.
    ///
    /// - Throws: `ReaderError` naming file and byte.
    public static func value(
        _ region: ByteRegion,
        file: String,
        offset: Int = 0,
        limits: Limits = Limits()
    ) throws -> PickleValue {
        let machine = PickleMachine(region: region, file: file, offset: offset, limits: limits)
        defer { machine.dismantle() }
        return try machine.run()
    }
}
