import Foundation

/// Removes what is said of a stage before an epoch ends that may change its best parameters.
final class OutdatedResult: TrainingObserver {
    private let paths: [String]
    private var isGone = false

    /// - Parameter paths: files, which need not be there.
    init(paths: [String]) { self.paths = paths }

    func observe(_ event: TrainingEvent) {
        // The last step of an epoch is told before its parameters are scored and kept.
        guard case .stepped(_, let step, let steps, _) = event, step == steps, !isGone else { return }
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
        isGone = true
    }
}
