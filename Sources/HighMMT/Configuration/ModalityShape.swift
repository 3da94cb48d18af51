/// What the model knows of a modality: its axes, channels and frequency bands.
public struct ModalityShape: Codable, Equatable, Hashable, Sendable {
    /// The name within its task.
    public var name: String
    /// The name of its identity: modalities of different tasks that share it say with the same vector what they are.
    public var identity: String
    /// Axes of the grid of tokens: 1 for a sequence, a set or a table, 2 for an image, 3 for a video.
    public var axes: Int
    /// Numbers per token.
    public var channels: Int
    /// Frequencies per axis in the position of a token.
    public var frequencyBands: Int
    /// The highest frequency.
    public var maxFrequency: Double
    /// The base of the logarithmic spacing of frequencies.
    public var frequencyBase: Double
    /// Whether tokens have positions. The tokens of a set have none.
    public var hasPositions: Bool
    /// The numbers that a summary path reads; nothing when the task has none.
    public var summary: SummaryShape?

    /// Names all numbers; the identity is the name when none is given.
    public init(
        name: String, identity: String? = nil, axes: Int, channels: Int, frequencyBands: Int = 6,
        maxFrequency: Double = 1,
        frequencyBase: Double = 2, hasPositions: Bool = true, summary: SummaryShape? = nil
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

    /// No token is wider, and no head has more outputs.
    static let largestWidth = 1 << 28

    /// The width of a token's position: axes · (2 · bands + 1).
    public var positionWidth: Int { hasPositions ? axes * (2 * frequencyBands + 1) : 0 }

    /// The width of a token without padding and identity.
    public var inputWidth: Int { channels + positionWidth }
}
