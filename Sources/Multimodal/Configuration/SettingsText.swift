import Foundation
import Yams

/// Settings as lines of YAML with sorted keys: the same settings give the same lines.
package struct SettingsText: Equatable, CustomStringConvertible {
    package let description: String

    /// Writes settings.
    ///
    /// - Throws: The error of the encoder.
    package init(_ settings: some Encodable) throws {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        encoder.options.allowUnicode = true
        description = try encoder.encode(settings)
    }

    /// Returns the first line in which two settings differ; `nil` if all lines are equal. A line
    /// that only one of them has is paired with an empty line.
    package func difference(from others: SettingsText) -> (own: String, other: String)? {
        let (lines, otherLines) = (lines, others.lines)
        let place = (0..<max(lines.count, otherLines.count)).first { index in
            !lines.indices.contains(index) || !otherLines.indices.contains(index) || lines[index] != otherLines[index]
        }
        return place.map { index in
            func line(_ lines: [Substring]) -> String {
                lines.indices.contains(index) ? lines[index].trimmingCharacters(in: .whitespaces) : ""
            }
            return (line(lines), line(otherLines))
        }
    }

    private var lines: [Substring] { description.split(separator: "\n") }
}
