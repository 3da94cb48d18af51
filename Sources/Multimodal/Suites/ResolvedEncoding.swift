/// The encoding of one stream's tokens, with every default resolved.
public struct ResolvedEncoding: Hashable, Sendable {
    /// The number of Fourier frequencies per axis.
    public let frequencyBands: Int
    /// The highest frequency.
    public let maxFrequency: Double
    /// The base of the logarithmic spacing of the frequencies.
    public let frequencyBase: Double
    /// The name of the modality embedding, which streams with the same name share.
    public let identity: String
    /// True when token positions carry meaning; false for sets.
    public let hasPositions: Bool
}
