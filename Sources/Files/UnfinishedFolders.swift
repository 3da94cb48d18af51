import Foundation

/// The working folders of this process that have not taken their final place yet.
package final class UnfinishedFolders: @unchecked Sendable {
    /// Those of this process.
    package static let shared = UnfinishedFolders()

    private let mutex = NSRecursiveLock()
    private var paths: Set<String> = []

    /// Adds a working folder.
    func add(_ path: String) { mutex.withLock { _ = paths.insert(path) } }

    /// Takes a working folder off the list, since it was moved or removed.
    func forget(_ path: String) { mutex.withLock { _ = paths.remove(path) } }

    /// Moves a working folder to its place while no other thread discards it.
    func whileKept<Result>(_ body: () throws -> Result) rethrows -> Result { try mutex.withLock(body) }

    /// Removes all working folders, for a process that ends at once. No folder takes its final
    /// place any more.
    package func discard() {
        mutex.lock()
        for path in paths {
            // The thread that fills the folder may add a file meanwhile.
            for _ in 0..<20 where FileManager.default.fileExists(atPath: path) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }
}
