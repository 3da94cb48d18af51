/// A rule that decides which streams and pairs share parameters.
public enum SharingArm: String, CaseIterable, Codable, Sendable {
    /// One encoder and one crossmodal block for everything.
    case all
    /// A separate encoder for every stream and a separate crossmodal block for every pair.
    case none
    /// One encoder for all streams, and a separate crossmodal block for every pair.
    case unimodal
    /// One crossmodal block for all pairs, and a separate encoder for every stream.
    case crossmodal
    /// Random groups of the same sizes as those by heterogeneity. The scores of several groupings
    /// are averaged.
    case random
    /// Groups by the distance between mean latents after stage 1.
    case features
    /// Groups by d, the sum of the positive parts of both transfers.
    case heterogeneity
    /// The partition with the least d within groups, which no linkage optimises.
    case partition
    /// Groups by signed transfers: entries that help each other most are closest.
    case affinity

    /// The arms that `SharingStudy` compares unless others are asked for.
    public static let usual: [SharingArm] = [
        .all, .none, .random, .features, .heterogeneity, .partition, .affinity,
    ]
}
