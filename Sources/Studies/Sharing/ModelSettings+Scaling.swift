import Multimodal

extension ModelSettings {
    /// Makes a model narrower or wider as a whole: heads in proportion to the latents' width, at least one, so that a narrow
    /// model is not one whose few numbers are read by as many heads as before.
    mutating func scale(toWidth width: Int) {
        func scaled(_ heads: Int) -> Int { max(1, (2 * heads * width + self.width) / (2 * self.width)) }
        (encoder.crossHeads, encoder.selfHeads) = (scaled(encoder.crossHeads), scaled(encoder.selfHeads))
        (crossmodal.crossHeads, crossmodal.selfHeads) = (scaled(crossmodal.crossHeads), scaled(crossmodal.selfHeads))
        self.width = width
    }
}
