/// The numbers that the summary path of a task reads of one modality.
public struct SummaryShape: Codable, Equatable, Hashable, Sendable {
    /// Numbers per sample.
    public var width: Int
    /// Places that a token holds: statistics are those of a channel over the places of all tokens.
    public var places: Int
    /// True to read the values themselves, as for a table, instead of the statistics of each
    /// channel.
    public var keepsTokens: Bool
    /// Parts of each axis over which means are taken; ones when there are no parts.
    public var cells: [Int]

    /// Names all parts.
    public init(width: Int, places: Int, keepsTokens: Bool, cells: [Int]) {
        self.width = width
        self.places = places
        self.keepsTokens = keepsTokens
        self.cells = cells
    }

    /// Cells of the grid of tokens.
    public var cellCount: Int { cells.reduce(1, *) }
}
