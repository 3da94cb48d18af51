import Foundation

/// The characters that a summary is drawn with.
enum SketchStyle: Sendable {
    /// Half blocks in gray colours, for terminals that support them.
    case gray
    /// Block characters without colour.
    case blocks
    /// ASCII only, except in names from the dataset.
    case ascii

    /// The bars from low to high.
    var levels: [Character] { Array(self == .ascii ? "0123456789" : "▁▂▃▄▅▆▇█") }

    /// The shades from dark to bright.
    var shades: [Character] { Array(self == .ascii ? " .:-=+*#%@" : " ░▒▓█") }

    /// One character of a bar.
    var block: Character { self == .ascii ? "#" : "█" }

    /// Returns the tool's own text, with non-ASCII characters replaced if the style requires it.
    func plain(_ text: String) -> String {
        guard self == .ascii else { return text }
        return [("·", "-"), ("×", "x"), ("…", "..."), ("²", "2"), ("−", "-")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }
}
