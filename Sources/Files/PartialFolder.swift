import Foundation

/// A hidden folder beside the one that it is to become, locked for as long as somebody works in it.
///
/// The lock goes with the process, so that what a killed one left behind can be told from what another is at work in.
package final class PartialFolder {
    /// Where it is.
    package let path: String
    private let descriptor: Int32?

    /// Makes a folder `.<name>.<random>.partial`, and the folders above it.
    package init(of name: String, in parent: String) throws {
        let files = FileManager.default
        var attempts = 0
        while true {
            let digits = String(UInt64.random(in: 0 ... .max), radix: 36)
            let path = Self.path("\(Self.prefix(name))\(digits)\(Self.suffix)", in: parent)
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            let descriptor = Self.locked(path)
            attempts += 1
            // Somebody who tidies up may have come between. Where locks do not work, nobody tidies up.
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

    /// Removes the folders of a name that nobody works in any more.
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

    /// Exactly what `init` makes: one to thirteen digits of base 36 between the name and the end.
    private static func isPartial(_ entry: String, of name: String) -> Bool {
        guard entry.hasPrefix(prefix(name)), entry.hasSuffix(suffix) else { return false }
        let digits = entry.utf8.dropFirst(prefix(name).utf8.count).dropLast(suffix.utf8.count)
        return (1...13).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    private static func path(_ entry: String, in parent: String) -> String {
        parent.isEmpty ? entry : (parent as NSString).appendingPathComponent(entry)
    }

    /// A descriptor that holds the lock of a folder, or `nil` where another holds it or it is no folder.
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
