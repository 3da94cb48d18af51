/// The token sizes of the robust recipe, for modalities whose `patch` the suite does not set.
enum EncodingChoice {
    /// The longest sequence, and the largest image, whose tokens are not joined.
    private static let (mostSteps, mostPixels) = (128, 256)
    /// The maximum number of table fields per token, and of values per joined token.
    private static let (mostFields, mostChannels) = (256, 1024)

    /// Returns the positions per token along each axis. A table becomes one token per block of
    /// fields, a long sequence about 64 tokens, a large image about 100. Words and elements of a
    /// set are not joined.
    static func patch(of modality: ModalityDescription) -> [Int] {
        let alone = Array(repeating: 1, count: modality.axes.count)
        switch modality.kind {
        case .table:
            guard modality.axes.count == 1, modality.channels <= mostFields else { return alone }
            let most = mostFields / modality.channels
            let blocks = (modality.axes[0] + most - 1) / most
            return [(modality.axes[0] + blocks - 1) / blocks]
        case .set, .text: return alone
        case .image, .video, .audio, .speech, .timeSeries, .sensors, .force, .proprioception:
            // A dataset that is already cut into patches stays as it is.
            guard modality.patch == nil else { return alone }
            return modality.axes.count == 1
                ? [steps(modality.axes[0], channels: modality.channels)] : square(modality)
        }
    }

    private static func steps(_ size: Int, channels: Int) -> Int {
        size > mostSteps ? max(1, min((size + 63) / 64, mostChannels / channels)) : 1
    }

    /// Returns square patches along the last two axes.
    private static func square(_ modality: ModalityDescription) -> [Int] {
        let axes = modality.axes
        func tokens(_ width: Int) -> Int { axes.suffix(2).reduce(1) { $0 * (($1 + width - 1) / width) } }
        guard tokens(1) > mostPixels else { return Array(repeating: 1, count: axes.count) }
        var width = 1
        while tokens(width) > 100, (width + 1) * (width + 1) * modality.channels <= mostChannels { width += 1 }
        return Array(repeating: 1, count: axes.count - 2) + [width, width]
    }
}
