import Numerics
import Torch

/// The order in which the rows of a split are visited.
///
/// It depends on the seed, the purpose and the epoch alone, so that a run can continue from any step without a record
/// of what came before.
public struct BatchOrder: Sendable {
    /// The number of rows of the split.
    public let rows: Int
    /// The number of rows in a batch; the last batch of an epoch may have fewer.
    public let batch: Int
    /// The most rows that are visited; the same ones in every epoch.
    public let most: Int
    private let seed: UInt64
    private let purpose: String

    /// An order for one purpose, such as the name of a task.
    ///
    /// - Parameter most: the most rows that are visited, drawn once; all when nothing is given.
    public init(rows: Int, batch: Int, seed: UInt64, purpose: String, most: Int? = nil) {
        self.rows = rows
        self.most = min(rows, most ?? rows)
        self.batch = max(1, batch)
        self.seed = seed
        self.purpose = purpose
    }

    /// Batches in an epoch.
    public var batches: Int { (most + batch - 1) / batch }

    /// The rows of every batch of an epoch, shuffled.
    public func shuffled(epoch: Int) -> [[Int]] {
        var random = RandomSource(seed: seed, purpose: "order/\(purpose)/\(epoch)")
        return divided(visited.shuffled(using: &random))
    }

    /// The rows of every batch in the order of the file.
    public var sequential: [[Int]] { divided(visited) }

    /// The rows that are visited, in the order of the file.
    private var visited: [Int] {
        guard most < rows else { return Array(0..<rows) }
        var random = RandomSource(seed: seed, purpose: "rows/\(purpose)")
        return Array(0..<rows).shuffled(using: &random).prefix(most).sorted()
    }

    private func divided(_ order: [Int]) -> [[Int]] {
        stride(from: 0, to: order.count, by: batch).map { Array(order[$0..<min($0 + batch, order.count)]) }
    }
}
