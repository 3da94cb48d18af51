import Numerics
import Torch

/// The order in which the rows of a split are visited.
///
/// The order depends only on the seed, the purpose and the epoch. A run can therefore resume at any
/// step without a record of earlier ones.
public struct BatchOrder: Sendable {
    /// The number of rows in the split.
    public let rows: Int
    /// The number of rows per batch; the last batch of an epoch may have fewer.
    public let batch: Int
    /// The number of rows visited, the same rows in every epoch.
    public let limit: Int
    private let seed: UInt64
    private let purpose: String

    /// Creates an order.
    ///
    /// - Parameters:
    ///   - rows: The number of rows in the split.
    ///   - batch: The number of rows per batch, at least 1.
    ///   - seed: The seed of the run.
    ///   - purpose: Separates independent orders, for example the name of a task.
    ///   - limit: The limit of rows to visit, drawn once at random; `nil` visits all.
    public init(rows: Int, batch: Int, seed: UInt64, purpose: String, limit: Int? = nil) {
        self.rows = rows
        self.limit = min(rows, limit ?? rows)
        self.batch = max(1, batch)
        self.seed = seed
        self.purpose = purpose
    }

    /// The number of batches per epoch.
    public var batches: Int { (limit + batch - 1) / batch }

    /// Returns the shuffled rows of every batch of an epoch.
    public func shuffled(epoch: Int) -> [[Int]] {
        var random = RandomSource(seed: seed, purpose: "order/\(purpose)/\(epoch)")
        return divided(visited.shuffled(using: &random))
    }

    /// The rows of every batch in file order.
    public var sequential: [[Int]] { divided(visited) }

    /// The visited rows in file order.
    private var visited: [Int] {
        guard limit < rows else { return Array(0..<rows) }
        var random = RandomSource(seed: seed, purpose: "rows/\(purpose)")
        return Array(0..<rows).shuffled(using: &random).prefix(limit).sorted()
    }

    private func divided(_ order: [Int]) -> [[Int]] {
        stride(from: 0, to: order.count, by: batch).map { Array(order[$0..<min($0 + batch, order.count)]) }
    }
}
