import Foundation

/// A file in a temporary folder of its own, deleted with the last reference to it.
final class HostileFile {
    /// The path of the file.
    let path: String
    /// The path of its folder.
    let folder: String

    private static let parent = NSTemporaryDirectory() + "highmmt-hostile-\(getpid())-"

    init(_ bytes: [UInt8], named name: String) throws {
        folder = Self.parent + String(UInt32.random(in: 0 ... .max))
        path = "\(folder)/\(name)"
        guard mkdir(folder, 0o700) == 0 else { throw CocoaError(.fileWriteUnknown) }
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }

    convenience init(_ bytes: [UInt8], ending: String) throws { try self.init(bytes, named: "x.\(ending)") }

    deinit {
        unlink(path)
        if rmdir(folder) != 0 { try? FileManager.default.removeItem(atPath: folder) }
    }
}
