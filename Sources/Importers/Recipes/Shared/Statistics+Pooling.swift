import Multimodal

extension Statistics {
    /// The one mean and deviation of these statistics for so many channels, where all channels are of one kind, such as
    /// the pixels of a patch.
    func repeated(channels: Int) -> Statistics {
        Statistics(
            scope: .channel,
            mean: [Double](repeating: mean.first ?? 0, count: channels),
            deviation: [Double](repeating: deviation.first ?? 1, count: channels)
        )
    }
}
