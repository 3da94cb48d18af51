/// A step from the numbers of an array file, or the pixels of an image, to the values of tokens.
///
/// Recipes of public data state these steps in `dataset.json`, so that new files become the same
/// tokens.
public enum ArrayTransform: Hashable, Sendable {
    /// Divides all numbers by one, for example bytes by 255.
    case divide(by: Double)
    /// Limits each channel to a range, which was fitted to training rows.
    case clamp(low: [Double], high: [Double])
    /// Halves the last two axes, rows and columns: each value is the mean of four.
    case halve
    /// Subtracts the mean over the first axis, for example the mean picture of a clip.
    case centre
    /// Projects all numbers onto some directions around a mean, in the original coordinates.
    case project(mean: [Double], directions: [[Double]])
    /// Summarises consecutive steps of `[steps, channels]` as one token, with each statistic of all
    /// channels in turn.
    case summarise(steps: Int, statistics: [StepStatistic])
    /// Cuts the first axes into patches of these sizes; each patch is a token.
    case patch([Int])

    private enum Name: String, NamedChoice {
        case divide, clamp, halve, centre, project, summarise, patch
    }

    init(_ reader: ConfigurationReader) throws {
        switch try reader.choice("as") as Name {
        case .divide: self = .divide(by: try reader.number("by", in: 1e-30...1e30))
        case .halve: self = .halve
        case .centre: self = .centre
        case .clamp:
            let (low, high) = try (reader.numbers("low"), reader.numbers("high"))
            guard !low.isEmpty, low.count == high.count, zip(low, high).allSatisfy({ $0 <= $1 }) else {
                throw reader.failure("high", "expected as many numbers as low, each at least as large")
            }
            self = .clamp(low: low, high: high)
        case .project:
            let (mean, directions) = try (reader.numbers("mean"), reader.lists("directions"))
            guard !mean.isEmpty, directions.allSatisfy({ $0.count == mean.count }) else {
                throw reader.failure("directions", "expected lists of \(mean.count) numbers, as many as mean has")
            }
            self = .project(mean: mean, directions: directions)
        case .summarise:
            let statistics: [StepStatistic] = try reader.choices("statistics") ?? []
            guard !statistics.isEmpty else { throw reader.failure("statistics", "expected at least one") }
            self = .summarise(steps: try reader.integer("steps", in: 1...(1 << 20)), statistics: statistics)
        case .patch:
            let sizes = try reader.integers("sizes", in: 1...(1 << 20))
            guard (1...3).contains(sizes.count) else {
                throw reader.failure("sizes", "\(sizes), expected one to three sizes")
            }
            self = .patch(sizes)
        }
    }
}

extension ArrayTransform: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name = "as"
        case by, low, high, mean, directions, steps, statistics, sizes
    }

    /// Writes the step as a mapping whose key `as` names it.
    ///
    /// - Throws: The errors of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func name(_ name: Name) throws { try container.encode(name, forKey: .name) }
        switch self {
        case .halve: try name(.halve)
        case .centre: try name(.centre)
        case .divide(let by):
            try name(.divide)
            try container.encode(by, forKey: .by)
        case .clamp(let low, let high):
            try name(.clamp)
            try container.encode(low, forKey: .low)
            try container.encode(high, forKey: .high)
        case .project(let mean, let directions):
            try name(.project)
            try container.encode(mean, forKey: .mean)
            try container.encode(directions, forKey: .directions)
        case .summarise(let steps, let statistics):
            try name(.summarise)
            try container.encode(steps, forKey: .steps)
            try container.encode(statistics, forKey: .statistics)
        case .patch(let sizes):
            try name(.patch)
            try container.encode(sizes, forKey: .sizes)
        }
    }
}
