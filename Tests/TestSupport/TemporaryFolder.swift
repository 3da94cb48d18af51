import Foundation

/// A temporary folder for one test, deleted with the last reference to it.
public final class TemporaryFolder {
    /// The path of the folder.
    public let path: String

    /// Creates an empty folder.
    ///
    /// - Throws: the error of `FileManager` when the folder cannot be created.
    public init() throws {
        path = NSTemporaryDirectory() + "highmmt-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Returns the path of an entry of this folder.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file, creates missing parent folders and returns the path of the file.
    ///
    /// - Throws: the error of Foundation when the file cannot be written.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return path(name)
    }

    /// Writes a text in UTF-8 and returns the path of the file.
    ///
    /// - Throws: the error of Foundation when the file cannot be written.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    /// Returns the bytes of a file.
    ///
    /// - Throws: the error of Foundation when the file cannot be read.
    public func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// Copies a file or folder into this folder and returns the path of the copy.
    ///
    /// - Throws: the error of `FileManager` when copying fails.
    @discardableResult
    public func copy(_ source: String, as name: String) throws -> String {
        try FileManager.default.copyItem(atPath: source, toPath: path(name))
        return path(name)
    }

    /// Copies a fixture of the calling test's module into this folder and returns the path of the
    /// copy.
    ///
    /// - Throws: the error of `FileManager` when copying fails.
    @discardableResult
    public func copy(fixture: String, file: String = #filePath) throws -> String {
        try copy(Fixtures.path(fixture, file: file), as: fixture)
    }
}
