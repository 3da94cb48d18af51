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

    /// Returns the number of rows of a split that lack a modality, among those with a target.
    ///
    /// - Throws: An error that names the tensor when it cannot be read.
    public func rows(lacking modality: String, in split: Split) throws -> Int {
        let rows = dataset.rows(of: split)
        guard rows.hasPresence(modality) else { return 0 }
        return try rows.withBytes(of: TensorNames.present(modality)) { flags in
            (labelledRows[split] ?? Array(0..<rows.count)).count { flags[$0] == 0 }
        }
    }
}
