import Multimodal

/// An endless sequence of batches: all samples in a new order, again and again.
struct SampleOrder {
    private let order: BatchOrder

    init(count: Int, batch: Int, seed: UInt64, purpose: String) {
        order = BatchOrder(rows: count, batch: batch, seed: seed, purpose: purpose)
    }

    /// The samples of a step, counted from 0.
    func batch(_ step: Int) -> [Int] {
        let batches = order.shuffled(epoch: step / order.batches)
        return batches[step % order.batches]
    }
}
