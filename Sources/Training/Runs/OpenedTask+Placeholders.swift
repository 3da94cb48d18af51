import Multimodal

extension OpenedTask {
    /// True when samples may lack a modality, in the data or through `ModalityDropout`. The model
    /// must then learn placeholders.
    public var mayLackModalities: Bool {
        if modalityDropout > 0, modalities.count > 1 { return true }
        return modalities.contains { modality in
            Split.allCases.contains { dataset.rows(of: $0).hasPresence(modality) }
        }
    }
}
