import Foundation
import Heterogeneity

/// Shows the progress of a measurement on standard error: a redrawn line on a terminal, a line per
/// tenth in a log.
final class MeasurementProgress: @unchecked Sendable {
    private let lock = NSLock()
    private var tenths = -1

    @Sendable func show(_ progress: TransferProgress) { show(progress, of: nil) }

    /// Shows progress, with the name of the measurement if there are several.
    func show(_ progress: TransferProgress, of name: String?) {
        lock.withLock {
            let left = progress.secondsLeft.map { "  \(words($0)) left" } ?? ""
            let text =
                (name.map { "\($0): " } ?? "")
                + "\(progress.kind.rawValue) \(progress.done)/\(progress.total)  \(progress.last)\(left)"
            if Terminal.isInteractive {
                Terminal.write("\r\u{1B}[K" + String(text.prefix(max(20, Terminal.width - 1))))
                if progress.done == progress.total { Terminal.write("\n") }
            } else if progress.done * 10 / max(1, progress.total) > tenths {
                tenths = progress.done * 10 / max(1, progress.total)
                Terminal.write(text + "\n")
                // The next measurement starts at zero.
                if progress.done == progress.total { tenths = -1 }
            }
        }
    }

    private func words(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded(.up))
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }
}
