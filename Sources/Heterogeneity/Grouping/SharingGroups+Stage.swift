import Training

extension StageGroups {
    /// The groups of a stage that separates these.
    public init(_ groups: SharingGroups) { self.init(sharing: groups.sharing, keptPairs: groups.keptPairs) }
}
