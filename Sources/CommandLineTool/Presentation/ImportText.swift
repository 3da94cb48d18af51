import Importers

/// The remarks of an import in one line.
struct ImportText {
    private let remarks: [ImportRemark]

    init(_ remarks: [ImportRemark]) { self.remarks = remarks }

    /// The line, such as "left out 12 rows without text; replaced 3 values …"; `nil` when there is
    /// nothing to say.
    var text: String? {
        let parts = ImportRemark.Kind.allCases.compactMap { kind -> String? in
            let counts = remarks.filter { $0.kind == kind }.map { "\($0.count) \($0.subject)" }
            return counts.isEmpty ? nil : "\(Self.word(kind)) \(counts.joined(separator: ", "))"
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private static func word(_ kind: ImportRemark.Kind) -> String {
        switch kind {
        case .leftOut: "left out"
        case .replaced: "replaced"
        case .converted: "converted"
        case .accepted: "accepted"
        }
    }
}
