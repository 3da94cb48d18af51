import Multimodal

extension OpenedTask {
    /// Whether samples of the task may lack a modality, in the data or by `ModalityDropout`, so that a model must learn what
    /// stands in its place.
    public var mayLackModalities: Bool {
        if modalityDropout > 0, modalities.count > 1 { return true }
        return modalities.contains { modality in
            Split.allCases.contains { dataset.rows(of: $0).hasPresence(modality) }
        }
    }
}
