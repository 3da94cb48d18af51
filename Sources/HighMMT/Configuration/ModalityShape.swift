/// What the model knows of a modality: its axes, channels and frequency bands.
public struct ModalityShape: Codable, Equatable, Hashable, Sendable {
    /// The name, which also names its learned identity.
    public var name: String
    /// Axes of the grid of tokens: 1 for a sequence or a table, 2 for an image, 3 for a video; 0 for a set without
    /// positions is written as one axis with no frequency bands and no position.
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

    /// Names all numbers.
    public init(
        name: String, axes: Int, channels: Int, frequencyBands: Int = 6, maxFrequency: Double = 1,
        frequencyBase: Double = 2, hasPositions: Bool = true
    ) {
        self.name = name
        self.axes = axes
        self.channels = channels
        self.frequencyBands = frequencyBands
        self.maxFrequency = maxFrequency
        self.frequencyBase = frequencyBase
        self.hasPositions = hasPositions
    }

    /// The width of a token's position: axes · (2 · bands + 1).
    public var positionWidth: Int { hasPositions ? axes * (2 * frequencyBands + 1) : 0 }

    /// The width of a token without padding and identity.
    public var inputWidth: Int { channels + positionWidth }
}
