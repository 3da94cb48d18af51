import Dispatch
import Files
import Foundation

/// Catches SIGINT, SIGTERM and SIGUSR1, so that work can be saved before the process ends.
///
/// Batch systems send one of the last two before the time of a job is up. `mpirun` passes only
/// SIGUSR1 on without killing the processes soon after.
final class InterruptSignal: @unchecked Sendable {
    private static let signals = [SIGINT, SIGTERM, SIGUSR1]

    private let lock = NSLock()
    private var received = false
    private var sources: [any DispatchSourceSignal] = []

    /// Installs the handlers, and returns when no signal can be lost any more. A second signal ends
    /// the process at once.
    init() {
        let installed = DispatchSemaphore(value: 0)
        for number in Self.signals {
            #if canImport(Darwin)
                // A source does not replace the default action there.
                signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if lock.withLock({ received }) { _exit(1) }
                lock.withLock { received = true }
            }
            source.setRegistrationHandler { installed.signal() }
            source.resume()
            sources.append(source)
        }
        for _ in sources { installed.wait() }
    }

    /// Installs handlers for work that is not resumed. A signal removes the folders that are not
    /// complete and ends the process with status 0.
    static func discardsUnfinishedFolders() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // The source stays alive as long as its handler refers to it.
                withExtendedLifetime(source) {
                    UnfinishedFolders.shared.discard()
                    Terminal.write("interrupted; nothing incomplete is left: run the same command again\n")
                    _exit(0)
                }
            }
            source.resume()
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }

    /// True after a signal.
    var isReceived: Bool { lock.withLock { received } }
}
