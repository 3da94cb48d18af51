import Multimodal

extension ModelSettings.Groups {
    /// Creates the groups of a suite, named by their numbers from 0.
    public init(_ groups: SharingGroups) {
        let sharing = groups.sharing
        self.init(
            encoders: sharing.encoders.mapValues { "\($0)" }, crossmodal: sharing.crossmodal.mapValues { "\($0)" })
    }
}
