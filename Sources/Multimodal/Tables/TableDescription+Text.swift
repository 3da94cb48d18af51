extension TableDescription {
    /// The description as YAML for people to edit, without what an import fills in.
    ///
    /// - Parameters:
    ///   - file: The path of the table.
    ///   - order: The columns in the order of the table.
    public func text(file: String, order: [String]) -> String {
        var lines: [String] = []
        if let name { lines.append("name: \(Self.quoted(name))") }
        lines.append("file: \(Self.quoted(file))")
        if let decimal { lines.append("decimal: \(Self.quoted(decimal))") }
        lines.append("columns:")
        for name in order {
            guard let column = columns[name] else { continue }
            lines.append("  \(Self.quoted(name)): \(column.role.rawValue)")
        }
        guard !modalities.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines.append("modalities:")
        for (name, modality) in modalities.sorted(by: { $0.key < $1.key }) {
            let key = modality.series == nil ? "columns" : "series"
            let names = (modality.series ?? modality.columns).map(Self.quoted).joined(separator: ", ")
            lines.append("  \(Self.quoted(name)): {\(key): [\(names)]}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Returns a text as a YAML scalar, in double quotes unless it is a plain word.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain, !reserved, let first = text.unicodeScalars.first, !("0"..."9").contains(first) { return text }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            default:
                scalar.value < 0x20
                    ? "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16) : String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
