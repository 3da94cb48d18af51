/// Recorded sound.
public struct Sound: Hashable, Sendable {
    /// Samples per second and channel.
    public var rate: Int
    /// Samples of one or more channels in turn, in −1…1.
    public var samples: [Float]
    /// Number of channels.
    public var channels: Int

    /// Sound from samples.
    public init(rate: Int, samples: [Float], channels: Int = 1) {
        self.rate = rate
        self.samples = samples
        self.channels = channels
    }

    /// The mean of all channels.
    public var mono: [Float] {
        guard channels > 1 else { return samples }
        return stride(from: 0, to: samples.count - channels + 1, by: channels).map { start in
            samples[start..<start + channels].reduce(0, +) / Float(channels)
        }
    }
}
