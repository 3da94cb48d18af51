import Dispatch
import Foundation

/// Hears Ctrl-C (and a polite kill), so that work can be saved before the process ends.
final class InterruptSignal: @unchecked Sendable {
    private let lock = NSLock()
    private var received = false
    private var sources: [any DispatchSourceSignal] = []

    /// Starts to listen. A second signal ends the process at once.
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

    /// Whether a signal came.
    var isReceived: Bool { lock.withLock { received } }
}
