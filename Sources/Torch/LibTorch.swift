import CTorch

/// The underlying LibTorch and its process-wide settings.
public enum LibTorch {
    /// The version of the LibTorch that the C++ code was compiled against.
    public static var version: String { String(cString: ct_torch_version()) }

    /// The number of threads used by operations on the CPU.
    public static var threads: Int { Int(ct_thread_count()) }

    /// Sets the number of threads used by operations on the CPU.
    ///
    /// - Throws: ``TorchError`` when `count` is not between 1 and 1024.
    public static func setThreads(_ count: Int) throws {
        guard (1...1024).contains(count) else {
            throw TorchError(operation: "threads", message: "\(count) is not between 1 and 1024")
        }
        try checked("threads") { ct_set_thread_count(Int32(count)) }
    }

    /// Runs `body` with operations limited to one thread. Operations that other threads start keep
    /// theirs, so nothing that runs at the same time changes its rounding.
    ///
    /// - Throws: The errors of `body`.
    public static func withOneThread<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = ct_set_own_thread_limits(.init(operations: 1, products: 1))
        defer { _ = ct_set_own_thread_limits(before) }
        return try body()
    }

    /// Keeps large temporaries allocated instead of returning them to the system after each
    /// operation.
    ///
    /// This trades a larger resident size for fewer page faults. Call it once, before the first
    /// tensor is created.
    public static func keepFreedMemory() { ct_keep_freed_memory() }
}
