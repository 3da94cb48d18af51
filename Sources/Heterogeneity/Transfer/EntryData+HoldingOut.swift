extension EntryData {
    /// The smallest number of samples to hold out, if there are twice as many.
    static let leastHeldOut = 8

    /// Returns the data without every fifth training sample, and these samples.
    ///
    /// With fewer than 40 samples, more than a fifth is held out, up to a half. The choice depends
    /// only on the number of samples and the seed. Entries of a task with the same samples hold out
    /// the same ones, so the source of a transfer has not been trained on those of its target.
    ///
    /// - Parameter seed: The seed of the training.
    func holdingOut(seed: UInt64) throws -> (kept: EntryData, heldOut: Samples) {
        let interval = min(5, max(2, train.count / Self.leastHeldOut))
        let first = Int(seed % UInt64(interval))
        let rows = 0..<train.count
        var kept = self
        kept.train = try train.selected(rows.filter { $0 % interval != first })
        return (kept, try train.selected(rows.filter { $0 % interval == first }))
    }
}
