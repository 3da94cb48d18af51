/// A property that rows share and a model could recognise, such as the person recorded.
///
/// Every split stores it as an int64 tensor `group/<name>` `[N]`; rows with the same number, from
/// 0, belong to the same member.
public struct GroupDescription: Hashable, Sendable, Encodable {
    /// The meaning of the member numbers, as text for people.
    public var description: String?
    /// True when the dataset declares that no member occurs in two splits.
    public var disjoint: Bool

    /// Creates a description of a group.
    public init(description: String? = nil, disjoint: Bool) {
        self.description = description
        self.disjoint = disjoint
    }

    init(_ reader: ConfigurationReader) throws {
        description = try reader.optionalString("description")
        disjoint = try reader.flag("disjoint", default: false)
    }
}
