import Foundation
import Multimodal
import Training

/// The capabilities of standard output and standard error.
enum Terminal {
    /// True when standard error is a terminal on which a line can be redrawn.
    static var isInteractive: Bool { isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// True when standard error is a terminal and `NO_COLOR` is not set.
    static var hasColour: Bool { isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

    /// The style of sketches on standard output: gray on a terminal with colour, ASCII when the
    /// locale is not UTF-8, else blocks.
    static var sketchStyle: SketchStyle {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "UTF-8"
        guard locale.lowercased().replacingOccurrences(of: "-", with: "").contains("utf8") else { return .ascii }
        let isPlain = isatty(1) != 1 || environment["TERM"] == "dumb" || !(environment["NO_COLOR"] ?? "").isEmpty
        return isPlain ? .blocks : .gray
    }

    /// The width of the terminal, or 80.
    static var width: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Writes to standard error. A closed standard error is no reason to stop.
    ///
    /// - Parameter evenIfSilent: True for what must be seen although another process reports.
    static func write(_ text: String, evenIfSilent: Bool = false) {
        guard evenIfSilent || !isSilent else { return }
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// True when another process reports. It is set once, before the command runs.
    nonisolated(unsafe) static var isSilent = false

    /// Writes what readers convert or ignore in datasets, one line per dataset.
    static func writeRemarks(on datasets: [Dataset]) {
        let remarks = Set(datasets.compactMap(\.remark))
        for remark in remarks.sorted() { write("note: \(remark)\n") }
    }

    /// Writes the notes of results, each once.
    static func writeNotes(of results: [RunResult]) {
        var known: Set<String> = []
        for note in results.flatMap({ $0.notes ?? [] }) where known.insert(note).inserted { write("note: \(note)\n") }
    }

    /// Returns the text in bold if colour is available.
    static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
