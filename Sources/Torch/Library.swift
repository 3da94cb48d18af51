import CTorch

/// The LibTorch underneath and the settings of the process.
public enum Library {
    /// The version of the LibTorch that the C++ side was compiled against.
    public static var version: String { String(cString: ct_torch_version()) }

    /// The number of threads that operations on the CPU use.
    public static var threads: Int { Int(ct_thread_count()) }

    /// Sets the number of threads that operations on the CPU use.
    ///
    /// - Throws: ``TorchError`` when the number is not between 1 and 1024.
    public static func setThreads(_ count: Int) throws {
        guard (1...1024).contains(count) else {
            throw TorchError(operation: "threads", message: "\(count) is not between 1 and 1024")
        }
        try checked("threads") { ct_set_thread_count(Int32(count)) }
    }

    /// Keeps large temporaries in the process rather than giving them back to the system after each operation.
    ///
    /// Call it once, before the first tensor. It trades a larger resident size for fewer page faults.
    public static func keepFreedMemory() { ct_keep_freed_memory() }
}
