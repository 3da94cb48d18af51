extension Error {
    /// A description in one line: for a decoding error the key path and the problem, for any other
    /// error its own description.
    public var oneLine: String {
        guard let error = self as? DecodingError else { return "\(self)" }
        func line(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil, _ text: String) -> String {
            let keys = context.codingPath + (key.map { [$0] } ?? [])
            let path = keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            let text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            return path.isEmpty ? text : "'\(path)' \(text)"
        }
        switch error {
        case .keyNotFound(let key, let context): return line(context, key, "is missing")
        case .typeMismatch(let type, let context): return line(context, nil, "is not of type \(type)")
        case .valueNotFound(let type, let context): return line(context, nil, "is null; expected \(type)")
        case .dataCorrupted(let context): return line(context, nil, context.debugDescription)
        @unknown default: return "cannot be decoded"
        }
    }
}
