import Training

extension StageGroups {
    /// Creates the groups of a stage that gives each of these groups its own parameters.
    public init(_ groups: SharingGroups) { self.init(sharing: groups.sharing, keptPairs: groups.keptPairs) }
}
