extension Dataset {
    /// The tensors that are converted while they are read, and those that are ignored, in one line;
    /// `nil` when there are none.
    public var remark: String? {
        let splits = Split.allCases.map(rows(of:))
        let conversions = Set(splits.flatMap { $0.conversions.map { "\($0.key) \($0.value)" } }).sorted()
        let ignored = Set(splits.flatMap(\.ignored)).sorted()
        var parts: [String] = []
        if !conversions.isEmpty {
            parts.append("\(conversions.count) converted while reading: " + Self.list(conversions))
        }
        if !ignored.isEmpty {
            parts.append(
                "\(ignored.count) ignored, not described in \(DatasetDescription.fileName): " + Self.list(ignored))
        }
        return parts.isEmpty ? nil : "\(folder): tensors \(parts.joined(separator: "; "))"
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}
