/// What rows of a dataset may have in common that a model could recognise them by, such as the person recorded.
///
/// Stored as an int64 tensor `group/<name>` `[N]` in every split; rows with the same number, from 0, belong together.
public struct GroupDescription: Hashable, Sendable, Encodable {
    /// What the numbers stand for, for people.
    public var description: String?
    /// Whether the dataset promises that no number occurs in two splits.
    public var disjoint: Bool

    /// Describes a group.
    public init(description: String? = nil, disjoint: Bool) {
        self.description = description
        self.disjoint = disjoint
    }

    init(_ reader: ConfigurationReader) throws {
        description = try reader.optionalString("description")
        disjoint = try reader.flag("disjoint", default: false)
    }
}
