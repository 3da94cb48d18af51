import Multimodal

extension Standardisation {
    /// Returns a standardisation that repeats the single mean and standard deviation for every
    /// channel.
    ///
    /// For modalities whose channels are of one kind, such as the pixels of a patch.
    func repeated(channels: Int) -> Standardisation {
        Standardisation(
            scope: .channel, mean: [Double](repeating: mean.first ?? 0, count: channels),
            deviation: [Double](repeating: deviation.first ?? 1, count: channels))
    }
}
