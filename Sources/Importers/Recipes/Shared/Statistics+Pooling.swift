import Multimodal

extension Statistics {
    /// Returns these statistics' single mean and standard deviation repeated over channels.
    ///
    /// For modalities whose channels are of one kind, such as the pixels of a patch.
    func repeated(channels: Int) -> Statistics {
        Statistics(
            scope: .channel,
            mean: [Double](repeating: mean.first ?? 0, count: channels),
            deviation: [Double](repeating: deviation.first ?? 1, count: channels)
        )
    }
}
