/// A count of what an import left out, replaced or converted, so that nothing is lost without a
/// word.
public struct ImportRemark: Encodable, Hashable, Sendable {
    /// The way in which the import differs from the publishers' files.
    public enum Kind: String, CaseIterable, Encodable, Sendable {
        /// Rows, files or observations that the dataset does not contain.
        case leftOut = "left_out"
        /// Values that another value stands for.
        case replaced
        /// Values that were brought into another type, scale or layout.
        case converted
        /// Sizes and ranges other than the published ones, taken as they are.
        case accepted
    }

    /// The way in which the import differs.
    public let kind: Kind
    /// The number of things concerned.
    public let count: Int
    /// The things concerned, such as "rows without text".
    public let subject: String
}

/// The remarks of one import, collected while it runs.
final class ImportRemarks {
    private struct Key: Hashable {
        let kind: ImportRemark.Kind
        let subject: String
    }

    private var order: [Key] = []
    private var counts: [Key: [String: Int]] = [:]

    /// Adds a count. Zero adds nothing.
    ///
    /// - Parameters:
    ///   - kind: The way in which the import differs.
    ///   - count: The number of things concerned.
    ///   - subject: The things concerned, such as "rows without text".
    ///   - place: The row or file concerned. Rows may be read several times; the same place counts
    ///     once.
    func add(_ kind: ImportRemark.Kind, _ count: Int, _ subject: String, in place: String = "") {
        guard count > 0 else { return }
        let key = Key(kind: kind, subject: subject)
        if counts[key] == nil { order.append(key) }
        counts[key, default: [:]][place] = count
    }

    /// The remarks in order of kind, then of first occurrence.
    var all: [ImportRemark] {
        ImportRemark.Kind.allCases.flatMap { kind in
            order.filter { $0.kind == kind }.map { key in
                ImportRemark(
                    kind: kind, count: counts[key, default: [:]].values.reduce(0, +), subject: key.subject)
            }
        }
    }
}
