/// A modality that is made of columns of a raw table.
public struct TableModality: Hashable, Sendable, Encodable {
    /// The columns, in the order of fields or channels.
    public var columns: [String]
    /// The channels of a series whose steps are columns: `ecg` stands for `ecg0`, `ecg1`, ….
    public var series: [String]?
    /// The kind of modality; `nil` uses the one that suits the columns.
    public var kind: ModalityKind?
    /// The number of steps of a series.
    public var steps: Int?
    /// The training mean of each channel of a series, which stands in for values that are missing.
    public var means: [Double]?
    /// The channels of a series that have gaps, and a second channel that marks them.
    public var gaps: [String]?
    /// The smallest and the largest training value of each channel of a series.
    public var ranges: [[Double]]?
    /// The smallest and the largest training value of the time since the first step, which is a
    /// channel of steps at irregular times; `nil` for other series.
    public var elapsed: [Double]?
    /// The form in which a modality of observations shows them.
    public var view: ObservationView?
    /// True when the dataset stores which tokens are valid.
    public var masked: Bool?
    /// True when the dataset stores which samples have the modality.
    public var optional: Bool?

    /// Creates a modality of columns.
    public init(columns: [String], series: [String]? = nil, kind: ModalityKind? = nil) {
        self.columns = columns
        self.series = series
        self.kind = kind
    }

    init(_ reader: ConfigurationReader) throws {
        columns = try reader.strings("columns", default: [])
        series = try reader.has("series") ? reader.strings("series") : nil
        kind = try reader.has("kind") ? reader.choice("kind") : nil
        steps = try reader.optionalInteger("steps", in: 1...(1 << 20))
        means = try reader.has("means") ? reader.numbers("means") : nil
        gaps = try reader.has("gaps") ? reader.strings("gaps") : nil
        ranges = try reader.has("ranges") ? reader.lists("ranges") : nil
        elapsed = try reader.has("elapsed") ? reader.numbers("elapsed") : nil
        view = try reader.optional("view") { try ObservationView($0) }
        masked = try reader.has("masked") ? reader.flag("masked", default: false) : nil
        optional = try reader.has("optional") ? reader.flag("optional", default: false) : nil
        let names = series ?? columns
        guard !names.isEmpty, Set(names).count == names.count else {
            throw reader.failure(series == nil ? "columns" : "series", "expected at least one name and no duplicates")
        }
        guard series == nil || columns.isEmpty else { throw reader.failure("columns", "expected columns or series") }
        if let means, means.count != names.count {
            throw reader.failure("means", "\(means.count) numbers, expected \(names.count)")
        }
        if let elapsed, elapsed.count != 2 || elapsed[0] > elapsed[1] {
            throw reader.failure("elapsed", "\(elapsed), expected the smallest and the largest value")
        }
        if let ranges, ranges.count != names.count || ranges.contains(where: { $0.count != 2 || $0[0] > $0[1] }) {
            throw reader.failure("ranges", "expected the smallest and the largest value of \(names.count) channels")
        }
    }
}
