import Foundation

/// Removes what is said of a stage once it goes on: that was of other parameters.
final class OutdatedResult: TrainingObserver {
    private let paths: [String]
    private var isGone = false

    /// - Parameter paths: files, which need not be there.
    init(paths: [String]) { self.paths = paths }

    func observe(_ event: TrainingEvent) {
        guard case .stepped = event, !isGone else { return }
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
        isGone = true
    }
}
