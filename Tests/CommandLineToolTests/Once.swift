import Foundation

/// A flag that is true the first time it is read. A second signal ends a command without saving,
/// so a test that sends one must not send it again when more text arrives.
final class Once: @unchecked Sendable {
    private let lock = NSLock()
    private var wasAsked = false

    var isFirst: Bool {
        lock.withLock {
            defer { wasAsked = true }
            return !wasAsked
        }
    }
}
