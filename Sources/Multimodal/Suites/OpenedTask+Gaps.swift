extension OpenedTask {
    /// Whether a model of this task meets training samples that lack a modality: because the data do, or by
    /// ``ModalityDropout``. A task with one modality only keeps it.
    ///
    /// - Throws: an error that names the file when the training split cannot be read.
    public func isTrained(without modality: String) throws -> Bool {
        if modalityDropout > 0, modalities.count > 1 { return true }
        guard dataset.train.hasPresence(modality) else { return false }
        return try dataset.train.file.withBytes(of: TensorNames.present(modality)) { $0.contains(0) }
    }
}
