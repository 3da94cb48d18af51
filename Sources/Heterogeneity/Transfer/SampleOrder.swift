import Multimodal

/// An infinite sequence of batches that visits all samples in a new order in every pass.
struct SampleOrder {
    private let order: BatchOrder

    init(count: Int, batch: Int, seed: UInt64, purpose: String) {
        order = BatchOrder(rows: count, batch: batch, seed: seed, purpose: purpose)
    }

    /// Returns the samples of a step, counted from 0.
    func batch(_ step: Int) -> [Int] {
        let batches = order.shuffled(epoch: step / order.batches)
        return batches[step % order.batches]
    }
}
