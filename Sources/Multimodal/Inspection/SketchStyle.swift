import Foundation

/// With which characters a summary is drawn.
public enum SketchStyle: Sendable {
    /// Half blocks in gray colours, for terminals that show them.
    case gray
    /// Block characters without colour.
    case blocks
    /// Nothing but ASCII, except in the dataset's own names.
    case ascii

    /// From low to high.
    var levels: [Character] { Array(self == .ascii ? "0123456789" : "▁▂▃▄▅▆▇█") }

    /// From dark to bright.
    var shades: [Character] { Array(self == .ascii ? " .:-=+*#%@" : " ░▒▓█") }

    /// A piece of a bar.
    var block: Character { self == .ascii ? "#" : "█" }

    /// The tool's own text, without what ASCII lacks where that is wanted.
    func plain(_ text: String) -> String {
        guard self == .ascii else { return text }
        return [("·", "-"), ("×", "x"), ("…", "..."), ("²", "2"), ("−", "-")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }
}
