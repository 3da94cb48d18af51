import Foundation
import Importers
import Multimodal

/// Shows the progress of an import on standard error: a redrawn line on a terminal, a line per
/// stage in a log.
final class ImportProgress {
    private var stage = ""
    private var lastDrawn = Date.distantPast

    func show(_ progress: RecipeProgress) {
        guard Terminal.isInteractive else {
            if progress.stage != stage { Terminal.write("\(progress.stage)\n") }
            stage = progress.stage
            return
        }
        guard progress.done == progress.total || Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = Date()
        Terminal.write("\r\u{1B}[K\(progress.stage) \(progress.done)/\(progress.total)")
    }

    func end() {
        if Terminal.isInteractive { Terminal.write("\r\u{1B}[K") }
    }
}
