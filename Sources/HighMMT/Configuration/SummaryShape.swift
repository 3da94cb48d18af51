/// The numbers that the summary path of a task reads of one modality.
public struct SummaryShape: Codable, Equatable, Hashable, Sendable {
    /// Numbers per sample.
    public var width: Int
    /// Places that a token holds: statistics are those of a channel over the places of all tokens.
    public var places: Int
    /// Whether the numbers themselves are read, as of a table, instead of a mean and a deviation for each channel.
    public var keepsTokens: Bool

    /// Names all parts.
    public init(width: Int, places: Int, keepsTokens: Bool) {
        self.width = width
        self.places = places
        self.keepsTokens = keepsTokens
    }
}
