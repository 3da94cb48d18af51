import Multimodal
import Torch

/// The batches of one task in one epoch, in training order.
struct TaskFeed: Sendable {
    private let reader: BatchReader
    private let order: [[Int]]
    private let modalities: ModalityDropout
    private let tokens: TokenDropout

    /// Creates the feed of an epoch.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - epoch: The epoch, counted from 0.
    ///   - settings: The settings of the stage.
    init(_ task: OpenedTask, epoch: Int, settings: Trainer.Settings) {
        reader = BatchReader(task, split: .train)
        let rows = BatchOrder(
            rows: task.rows(of: .train), batch: task.batch, seed: settings.seed, purpose: task.name,
            limit: settings.samples)
        order = Array(rows.shuffled(epoch: epoch).prefix(settings.epochBatches ?? .max))
        let purpose = "\(task.name)/\(epoch)"
        modalities = ModalityDropout(share: task.modalityDropout, seed: settings.seed, purpose: purpose)
        tokens = TokenDropout(task.tokenDropout, seed: settings.seed, purpose: purpose)
    }

    /// The number of batches in the epoch.
    var count: Int { order.count }

    /// Returns a batch without its dropped modalities and tokens.
    func batch(_ index: Int) throws -> Batch {
        try tokens.applied(to: modalities.applied(to: reader.batch(order[index])))
    }
}
