import Dispatch
import Foundation

/// Catches SIGINT and SIGTERM, so that work can be saved before the process ends.
final class InterruptSignal: @unchecked Sendable {
    private let lock = NSLock()
    private var received = false
    private var sources: [any DispatchSourceSignal] = []

    /// Installs the handlers. A second signal ends the process at once.
    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if lock.withLock({ received }) { _exit(1) }
                lock.withLock { received = true }
            }
            source.resume()
            sources.append(source)
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }

    /// True after a signal.
    var isReceived: Bool { lock.withLock { received } }
}
