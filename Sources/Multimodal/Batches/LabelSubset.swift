import Numerics
import Torch

/// The training rows whose labels a task uses when `training.labels` limits them.
///
/// The order of the rows depends only on the seed and the task, and a share takes the first of
/// them. Smaller shares are therefore part of larger ones. The first row of every stratum comes
/// first; then the strata alternate in proportion to their sizes.
enum LabelSubset {
    /// The largest number of strata of a regression.
    private static let mostQuantiles = 10

    /// Returns the rows of the training file, ascending.
    ///
    /// There is at least one row per stratum: a class, the rarest label of a row, or a tenth of the
    /// values of a regression.
    ///
    /// - Throws: An error that names the file when the target cannot be read.
    static func rows(of task: OpenedTask, share: Double, seed: UInt64) throws -> [Int] {
        let reader = BatchReader(task, split: .train)
        let strata = try strata(of: task.target, reader.target(Array(0..<reader.rows)))
        let count = max(strata.count, Int((share * Double(reader.rows)).rounded()), 1)
        var ranked: [(rank: Double, stratum: Int, row: Int)] = []
        let ordered = strata.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        for (number, stratum) in ordered.enumerated() {
            var random = RandomSource(seed: seed, purpose: "labels/\(task.name)/\(stratum.key)")
            for (position, row) in stratum.value.shuffled(using: &random).enumerated() {
                let rank = position == 0 ? -1 : (Double(position) + 0.5) / Double(stratum.value.count)
                ranked.append((rank, number, row))
            }
        }
        return ranked.sorted { ($0.rank, $0.stratum) < ($1.rank, $1.stratum) }.prefix(count)
            .map { reader.storedRow($0.row) }.sorted()
    }

    /// Returns the rows of every stratum.
    private static func strata(of description: TargetDescription, _ target: Tensor) throws -> [Int: [Int]] {
        switch description.kind {
        case .classification:
            let labels = try target.integers()
            return Dictionary(grouping: labels.indices) { Int(labels[$0]) }
        case .multilabel:
            let width = description.outputs
            let flags = try target.floats().map { $0 > 0.5 }
            let counts = (0..<width).map { label in stride(from: label, to: flags.count, by: width).count { flags[$0] }
            }
            return Dictionary(grouping: 0..<(flags.count / width)) { row in
                (0..<width).filter { flags[row * width + $0] }.min { (counts[$0], $0) < (counts[$1], $1) } ?? -1
            }
        case .regression:
            let width = description.outputs
            let values = try target.floats().map { $0.isNaN ? -.infinity : $0 }
            let rows = values.count / width
            let quantiles = min(mostQuantiles, rows)
            let order = (0..<rows).sorted { (values[$0 * width], $0) < (values[$1 * width], $1) }
            return Dictionary(grouping: order.indices) { $0 * quantiles / rows }.mapValues { $0.map { order[$0] } }
        }
    }
}
