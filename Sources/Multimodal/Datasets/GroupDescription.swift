/// A property that rows share and a model could recognise, such as the person recorded.
///
/// Every split stores it as an int64 tensor `group/<name>` `[N]`; rows with the same number, from
/// 0, belong to the same member.
public struct GroupDescription: Hashable, Sendable, Encodable {
    /// The meaning of the member numbers, as text for people.
    public var description: String?
    /// True when the dataset declares that no member occurs in two splits.
    public var disjoint: Bool
    /// The names of the members in the order of their numbers; `nil` if they have none.
    public var members: [String]?

    /// Creates a description of a group.
    public init(description: String? = nil, disjoint: Bool, members: [String]? = nil) {
        self.description = description
        self.disjoint = disjoint
        self.members = members
    }

    /// Returns the name of a member; `nil` if it has none.
    public func name(of member: Int64) -> String? {
        members.flatMap { $0.indices.contains(Int(member)) ? $0[Int(member)] : nil }
    }

    init(_ reader: ConfigurationReader) throws {
        description = try reader.optionalString("description")
        disjoint = try reader.flag("disjoint", default: false)
        members = reader.has("members") ? try reader.strings("members") : nil
    }
}
