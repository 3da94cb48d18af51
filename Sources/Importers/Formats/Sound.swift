/// Recorded audio.
public struct Sound: Hashable, Sendable {
    /// The sampling rate in hertz.
    public var rate: Int
    /// The samples in −1…1, with the channels interleaved.
    public var samples: [Float]
    /// The number of channels.
    public var channels: Int

    /// Creates audio from its parts.
    public init(rate: Int, samples: [Float], channels: Int = 1) {
        self.rate = rate
        self.samples = samples
        self.channels = channels
    }

    /// The mean over all channels.
    public var mono: [Float] {
        guard channels > 1 else { return samples }
        return stride(from: 0, to: samples.count - channels + 1, by: channels).map { start in
            samples[start..<start + channels].reduce(0, +) / Float(channels)
        }
    }
}
