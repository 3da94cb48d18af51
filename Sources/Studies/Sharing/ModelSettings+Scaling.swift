import Multimodal

extension ModelSettings {
    /// Scales the model to a latent width.
    ///
    /// The numbers of heads scale with the width and stay at least 1, so that a narrow model does
    /// not keep the head count of a wide one.
    mutating func scale(toWidth width: Int) {
        func scaled(_ heads: Int) -> Int { max(1, (2 * heads * width + self.width) / (2 * self.width)) }
        (encoder.crossHeads, encoder.selfHeads) = (scaled(encoder.crossHeads), scaled(encoder.selfHeads))
        (crossmodal.crossHeads, crossmodal.selfHeads) = (scaled(crossmodal.crossHeads), scaled(crossmodal.selfHeads))
        self.width = width
    }
}
