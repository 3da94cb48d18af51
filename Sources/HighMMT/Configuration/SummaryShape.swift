/// The statistics of one modality that the summary path of a task reads.
public struct SummaryShape: Codable, Equatable, Hashable, Sendable {
    /// The number of statistics per sample.
    public var width: Int
    /// The positions that a token covers. The statistics of a channel span the positions of all
    /// tokens.
    public var places: Int
    /// True to read the values themselves, as for a table, instead of the statistics of each
    /// channel.
    public var keepsTokens: Bool
    /// The number of cells along each axis, over which means are taken; all 1 without cells.
    public var cells: [Int]

    /// Creates a shape from its parts.
    public init(width: Int, places: Int, keepsTokens: Bool, cells: [Int]) {
        self.width = width
        self.places = places
        self.keepsTokens = keepsTokens
        self.cells = cells
    }

    /// The number of cells.
    public var cellCount: Int { cells.reduce(1, *) }
}
