/// One way to decide which streams and pairs share parameters.
public enum SharingArm: String, CaseIterable, Codable, Sendable {
    /// One encoder and one crossmodal block for everything.
    case all
    /// An encoder for every stream and a crossmodal block for every pair.
    case none
    /// Groups of the same sizes as those by heterogeneity, filled at random; several groupings, whose scores are averaged.
    case random
    /// Groups by the distance of mean latents after stage 1.
    case features
    /// Groups by d, the positive parts of transfers.
    case heterogeneity
    /// The groups with the least d within them, which no linkage aims at.
    case partition
    /// Groups by transfers with their sign: those that help each other most are nearest.
    case affinity
}
