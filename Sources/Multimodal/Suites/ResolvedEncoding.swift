/// How the tokens of one stream are placed, with nothing left open.
public struct ResolvedEncoding: Hashable, Sendable {
    /// Fourier frequencies per axis.
    public let frequencyBands: Int
    /// Highest frequency.
    public let maxFrequency: Double
    /// Base of the frequencies' logarithmic spacing.
    public let frequencyBase: Double
    /// Streams of the same identity share one modality embedding.
    public let identity: String
    /// Whether positions mean anything; not for the elements of a set.
    public let hasPositions: Bool
}
