import Files
@preconcurrency import Foundation

/// Standard output, whose failures `print` ignores.
enum StandardOutput {
    /// Checks that everything printed so far has reached its destination.
    ///
    /// - Throws: `FileError` when a write failed, for instance because the disk is full.
    static func finish() throws {
        errno = 0
        guard fflush(stdout) != 0 || ferror(stdout) != 0 else { return }
        let cause = errno == 0 ? "an earlier write failed" : String(cString: strerror(errno))
        throw FileError(path: "standard output", reason: "cannot be written completely: \(cause)")
    }

    /// Discards everything printed from now on.
    static func discard() { freopen("/dev/null", "w", stdout) }

    /// Lets a write beyond the limit of a file's size fail, instead of ending the process.
    static func reportSizeLimit() { signal(SIGXFSZ, SIG_IGN) }
}
