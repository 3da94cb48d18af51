/// A corruption of inputs: its kind, its severity and the streams it affects.
public struct Corruption: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The valid severities; 0 changes nothing.
    public static let severities = 0.0...1.0

    /// The kind of corruption.
    public var kind: CorruptionKind
    /// The severity in 0…1, with the meaning that ``CorruptionKind`` gives it.
    public var severity: Double
    /// The affected streams, as `task/modality` or `modality`; `nil` affects all.
    public var place: String?

    /// Creates a corruption from its parts.
    public init(_ kind: CorruptionKind, severity: Double, place: String? = nil) {
        self.kind = kind
        self.severity = severity
        self.place = place
    }

    /// Parses `KIND=SEVERITY` or `KIND=SEVERITY@PLACE`, for example `gaussian=0.5@digits/pixels`.
    ///
    /// - Throws: `ConfigurationError` naming the text and what was expected.
    public init(parsing text: String) throws {
        func failure(_ reason: String) -> ConfigurationError {
            ConfigurationError(file: "corruption '\(text.prefix(100))'", key: "", reason: reason)
        }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let words = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = CorruptionKind.allCases.map(\.rawValue)
        guard let kind = CorruptionKind(rawValue: words[0]) else {
            let guess = ClosestName.match(for: words[0], among: names).map { " (did you mean '\($0)'?)" } ?? ""
            throw failure("unknown kind '\(words[0])'\(guess), expected one of \(names.joined(separator: ", "))")
        }
        guard words.count == 2, let severity = Double(words[1]), Self.severities.contains(severity) else {
            throw failure("expected a severity from 0 to 1, such as \(kind.rawValue)=0.5")
        }
        if parts.count == 2, parts[1].isEmpty { throw failure("expected a stream after @, such as @digits/pixels") }
        self.init(kind, severity: severity, place: parts.count == 2 ? parts[1] : nil)
    }

    /// The text that ``init(parsing:)`` reads.
    public var description: String { "\(kind.rawValue)=\(severity)" + (place.map { "@\($0)" } ?? "") }
}
