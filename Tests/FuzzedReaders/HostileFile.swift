import Foundation

/// A file in a temporary folder of its own.
enum HostileFile {
    private static let parent = NSTemporaryDirectory() + "highmmt-hostile-\(getpid())-"

    /// Writes a file, calls `body` with its path and removes it with its folder.
    ///
    /// - Throws: Any error of `body`, or the system's error when the file cannot be written.
    static func with(_ bytes: [UInt8], named name: String, _ body: (String) throws -> Void) throws {
        let folder = parent + String(UInt32.random(in: 0 ... .max))
        let path = "\(folder)/\(name)"
        guard mkdir(folder, 0o700) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer {
            unlink(path)
            if rmdir(folder) != 0 { try? FileManager.default.removeItem(atPath: folder) }
        }
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        let count = write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard count == bytes.count else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        try body(path)
    }
}
