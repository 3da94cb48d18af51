import Heterogeneity

/// The matrices of a measurement, from which groups are formed.
public struct MeasuredMatrices: Sendable {
    /// The distances between streams; `nil` for a suite with one stream.
    public var modalities: HeterogeneityMatrix?
    /// The distances between pairs; `nil` for a suite with fewer than two pairs.
    public var interactions: HeterogeneityMatrix?

    /// Creates the matrices of a measurement.
    public init(modalities: HeterogeneityMatrix?, interactions: HeterogeneityMatrix?) {
        self.modalities = modalities
        self.interactions = interactions
    }

    /// Returns the groups of a clustering of both matrices.
    ///
    /// - Throws: `MatrixError` when a matrix cannot be divided into so many groups.
    func groups(encoder: Int, crossmodal: Int, linkage: Linkage) throws -> SharingGroups {
        try SharingGroups(
            modalities: modalities, interactions: interactions, linkage: linkage, encoderCut: .groups(encoder),
            crossmodalCut: .groups(crossmodal))
    }
}

/// The division of streams and pairs into given numbers of groups by measured heterogeneity.
public struct HeterogeneityGrouping: Sendable {
    /// The distances.
    public var matrices: MeasuredMatrices
    /// The number of groups of streams.
    public var encoderGroups: Int
    /// The number of groups of pairs.
    public var crossmodalGroups: Int
    /// The linkage for clustering.
    public var linkage: Linkage

    /// Creates a division from its parts.
    public init(
        _ matrices: MeasuredMatrices, encoderGroups: Int, crossmodalGroups: Int, linkage: Linkage = .average
    ) {
        self.matrices = matrices
        self.encoderGroups = encoderGroups
        self.crossmodalGroups = crossmodalGroups
        self.linkage = linkage
    }

    /// Returns the groups by these distances, or as many by others.
    ///
    /// - Throws: As ``MeasuredMatrices/groups(encoder:crossmodal:linkage:)``.
    func groups(by distances: MeasuredMatrices? = nil) throws -> SharingGroups {
        try (distances ?? matrices).groups(encoder: encoderGroups, crossmodal: crossmodalGroups, linkage: linkage)
    }
}
