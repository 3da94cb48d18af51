import Foundation

/// A hidden, locked working folder that later takes the place of the final folder beside it.
///
/// The operating system releases the lock when the process ends. The lock therefore distinguishes
/// the leftovers of a killed process from a folder still in use.
package final class PartialFolder {
    /// The path of the working folder.
    package let path: String
    private let descriptor: Int32?

    /// Creates the folder `.<name>.<random>.partial` in `parent`, along with missing parent
    /// folders.
    ///
    /// - Throws: The error of `FileManager` when the folder cannot be created.
    package init(of name: String, in parent: String) throws {
        let files = FileManager.default
        var attempts = 0
        while true {
            let digits = String(UInt64.random(in: 0 ... .max), radix: 36)
            let path = Self.path("\(Self.prefix(name))\(digits)\(Self.suffix)", in: parent)
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            let descriptor = Self.locked(path)
            attempts += 1
            // Another process may remove the folder between its creation and its locking. Where
            // locks are unsupported, `removeAbandoned` removes nothing, so an unlocked folder is
            // safe.
            if (descriptor != nil && files.fileExists(atPath: path)) || attempts == 3 {
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
                self.path = path
                self.descriptor = descriptor
                return
            }
            descriptor.map { _ = close($0) }
            try? files.removeItem(atPath: path)
        }
    }

    deinit {
        descriptor.map { _ = close($0) }
    }

    /// Removes the working folders of `name` that no process holds locked.
    package static func removeAbandoned(of name: String, in parent: String) {
        let files = FileManager.default
        let contents = (try? files.contentsOfDirectory(atPath: parent.isEmpty ? "." : parent)) ?? []
        for entry in contents where isPartial(entry, of: name) {
            let path = path(entry, in: parent)
            guard let descriptor = locked(path) else { continue }
            try? files.removeItem(atPath: path)
            close(descriptor)
        }
    }

    private static let suffix = ".partial"

    private static func prefix(_ name: String) -> String { ".\(name)." }

    /// True for exactly the names that `init` creates: one to thirteen base-36 digits between the
    /// name and the suffix.
    private static func isPartial(_ entry: String, of name: String) -> Bool {
        guard entry.hasPrefix(prefix(name)), entry.hasSuffix(suffix) else { return false }
        let digits = entry.utf8.dropFirst(prefix(name).utf8.count).dropLast(suffix.utf8.count)
        return (1...13).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    private static func path(_ entry: String, in parent: String) -> String {
        parent.isEmpty ? entry : (parent as NSString).appendingPathComponent(entry)
    }

    /// Returns a descriptor that holds the lock of a folder. Returns `nil` when another descriptor
    /// holds the lock or the path is not a folder.
    private static func locked(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
