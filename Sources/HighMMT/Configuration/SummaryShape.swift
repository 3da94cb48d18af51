/// The statistics of one modality that the summary path of a task reads.
public struct SummaryShape: Codable, Equatable, Hashable, Sendable {
    /// The intervals of the piecewise-linear features that follow the statistics.
    public struct Pieces: Codable, Equatable, Hashable, Sendable {
        /// The number of the first statistics that have such features.
        public var statistics: Int
        /// The number of intervals of each.
        public var intervals: Int

        /// Creates the intervals of statistics.
        public init(statistics: Int, intervals: Int) {
            self.statistics = statistics
            self.intervals = intervals
        }

        /// The number of features.
        public var width: Int { statistics * intervals }
    }

    /// The most intervals of a statistic.
    static let mostIntervals = 1024

    /// The number of statistics per sample, without piecewise-linear features.
    public var width: Int
    /// The positions that a token covers. The statistics of a channel span the positions of all
    /// tokens.
    public var places: Int
    /// True to read the values themselves, as for a table, instead of the statistics of each
    /// channel.
    public var keepsTokens: Bool
    /// The number of cells along each axis, over which means are taken; all 1 without cells.
    public var cells: [Int]
    /// The piecewise-linear features; `nil` without.
    public var pieces: Pieces?

    /// Creates a shape from its parts.
    public init(width: Int, places: Int, keepsTokens: Bool, cells: [Int], pieces: Pieces? = nil) {
        self.width = width
        self.places = places
        self.keepsTokens = keepsTokens
        self.cells = cells
        self.pieces = pieces
    }

    /// The number of cells.
    public var cellCount: Int { cells.reduce(1, *) }
    /// The number of statistics and piecewise-linear features per sample.
    public var featureCount: Int { width + (pieces?.width ?? 0) }
    /// The number of the first statistics that are not means of cells.
    public var plainCount: Int { keepsTokens || cellCount == 1 ? width : 2 * width / (2 + cellCount) }
}
