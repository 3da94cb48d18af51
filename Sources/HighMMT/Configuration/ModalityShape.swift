/// The axes, channels and position encoding of a modality, which is all that the model needs to
/// know about it.
public struct ModalityShape: Codable, Equatable, Hashable, Sendable {
    /// The name within its task.
    public var name: String
    /// The name of its identity vector. Modalities of different tasks with the same identity share
    /// one vector.
    public var identity: String
    /// The number of axes of the token grid: 1 for a sequence, a set or a table, 2 for an image, 3
    /// for a video.
    public var axes: Int
    /// The number of values per token.
    public var channels: Int
    /// The number of frequencies per axis in the position encoding.
    public var frequencyBands: Int
    /// The maximum frequency of the position encoding.
    public var maxFrequency: Double
    /// The base of the logarithmic frequency spacing.
    public var frequencyBase: Double
    /// True when tokens have positions. The tokens of a set have none.
    public var hasPositions: Bool
    /// The values that a summary path reads; `nil` without such a path.
    public var summary: SummaryShape?

    /// Creates the shape of a modality. A `nil` identity uses the name.
    public init(
        name: String, identity: String? = nil, axes: Int, channels: Int, frequencyBands: Int = 6,
        maxFrequency: Double = 1, frequencyBase: Double = 2, hasPositions: Bool = true, summary: SummaryShape? = nil
    ) {
        self.name = name
        self.identity = identity ?? name
        self.axes = axes
        self.channels = channels
        self.frequencyBands = frequencyBands
        self.maxFrequency = maxFrequency
        self.frequencyBase = frequencyBase
        self.hasPositions = hasPositions
        self.summary = summary
    }

    /// The largest token width and the largest number of task outputs.
    static let largestWidth = 1 << 28

    /// The width of a token's position: axes · (2 · bands + 1), or 0 without positions.
    public var positionWidth: Int { hasPositions ? axes * (2 * frequencyBands + 1) : 0 }

    /// The width of a token without padding and identity.
    public var inputWidth: Int { channels + positionWidth }
}
