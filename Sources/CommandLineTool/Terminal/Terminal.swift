import Foundation
import Multimodal

/// What standard error can show.
enum Terminal {
    /// Whether standard error is a terminal, where a line may be redrawn.
    static var isInteractive: Bool { isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// Whether colour is wanted: a terminal without `NO_COLOR`.
    static var hasColour: Bool { isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

    /// What standard output can show: gray where it is a terminal and colour is wanted, ASCII where the locale says so.
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

    /// Writes to standard error. Nobody listening is no reason to stop.
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// Text in bold where colour is wanted.
    static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
