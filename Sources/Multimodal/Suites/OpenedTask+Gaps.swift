extension OpenedTask {
    /// Returns true when training includes samples without the modality, because the data lack it
    /// or through ``ModalityDropout``. A task with a single modality never drops it.
    ///
    /// - Throws: `SafetensorsError` naming the file when the training split cannot be read.
    public func isTrained(without modality: String) throws -> Bool {
        if modalityDropout > 0, modalities.count > 1 { return true }
        guard dataset.train.hasPresence(modality) else { return false }
        return try dataset.train.withBytes(of: TensorNames.present(modality)) { $0.contains(0) }
    }
}
