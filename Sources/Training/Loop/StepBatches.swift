import HighMMT
import Multimodal

/// The batches of a step, and the part of each that this process computes.
///
/// Every process of a team computes an equal part of the rows. Masks and dropout are drawn for the
/// whole batch, so they do not depend on the number of processes.
struct StepBatches: Sendable {
    /// Task → the whole batch.
    let whole: [String: Batch]
    /// Task → the rows of the batch, counted within it, that are computed here.
    let rows: [String: Range<Int>]
    /// Task → the part that is computed here, for tasks with such rows.
    let own: [String: Batch]
    /// True when this process computes everything.
    let isWhole: Bool

    /// Divides batches.
    ///
    /// - Parameters:
    ///   - whole: Task → its batch.
    ///   - rank: The number of this process.
    ///   - size: The number of processes.
    /// - Throws: `TorchError` when memory runs out.
    init(_ whole: [String: Batch], rank: Int, size: Int) throws {
        self.whole = whole
        isWhole = size == 1
        guard size > 1 else {
            rows = whole.mapValues { 0..<$0.count }
            own = whole
            return
        }
        let rows = whole.mapValues { Self.rows(of: $0, rank: rank, size: size) }
        self.rows = rows
        own = try whole.reduce(into: [:]) { own, entry in
            if let range = rows[entry.key], !range.isEmpty { own[entry.key] = try entry.value.part(range) }
        }
    }

    /// Task → the share of its rows that is computed here.
    var shares: [String: Double] {
        whole.reduce(into: [:]) { $0[$1.key] = Double(rows[$1.key]?.count ?? 0) / Double(max(1, $1.value.count)) }
    }

    /// Task → the part of its batch that is computed here, for random numbers; empty when all is.
    ///
    /// - Throws: `TorchError` when memory runs out.
    func parts() throws -> [String: BatchPart] {
        guard !isWhole else { return [:] }
        return try whole.reduce(into: [:]) { parts, entry in
            parts[entry.key] = BatchPart(
                of: try TaskInput(entry.value, device: .cpu), samples: rows[entry.key] ?? 0..<0)
        }
    }

    /// Returns the rows of a process. A model cannot compute a batch whose samples all lack every
    /// modality. If a part would be one, the lead computes the whole batch.
    private static func rows(of batch: Batch, rank: Int, size: Int) -> Range<Int> {
        func part(_ rank: Int) -> Range<Int> { (rank * batch.count / size)..<((rank + 1) * batch.count / size) }
        let isPossible = (0..<size).map(part).allSatisfy { rows in
            rows.isEmpty || rows.contains { row in batch.inputs.keys.contains { batch.present[$0]?[row] ?? true } }
        }
        guard isPossible else { return rank == 0 ? 0..<batch.count : 0..<0 }
        return part(rank)
    }
}
