import Numerics

/// A predictive model of transfers with source and target effects: T(i→j) ≈ μ + sᵢ + tⱼ.
///
/// Some entries are a good start for every target, and some targets are harmed by any start. A few
/// measured pairs, or many noisy ones, suffice to estimate that. The model has no pair-specific
/// term. Effects are ridge estimates, with penalties chosen by five-fold cross-validation over
/// pairs.
///
/// ``TransferDecomposition`` fits the same ``AdditiveEffects`` for another purpose. This type
/// predicts transfers that were not measured: it accepts an incomplete matrix, needs no standard
/// errors, and penalises the effects to minimise the held-out error. ``TransferDecomposition``
/// explains a complete matrix: it weights transfers by their standard errors, does not penalise the
/// effects, and adds a random pair-specific term.
public struct AdditiveTransfers: Sendable, Equatable {
    /// The effects, which predict every transfer, whether measured or not.
    public let effects: AdditiveEffects
    /// The error of the predicted distances of held-out pairs.
    public let heldOut: HeldOutError

    private struct Cell {
        var from: Int
        var to: Int
        var value: Double
    }

    /// The candidate penalties. A penalty of k shrinks an effect like k additional transfers of
    /// zero effect.
    private static let penalties = [0.3, 1, 3, 10]

    /// Fits the pairs whose transfers are known in both directions; `nil` with fewer than two such
    /// pairs.
    ///
    /// - Parameters:
    ///   - transfers: T(i→j) in row i and column j; `nil` if not measured.
    ///   - seed: Seed of the division into folds.
    public init?(of transfers: SquareMatrix<Double?>, seed: UInt64 = 0) {
        let pairs = EntryPair.all(of: transfers.count).filter {
            transfers[$0.first, $0.second] != nil && transfers[$0.second, $0.first] != nil
        }
        guard pairs.count >= 2 else { return nil }
        let count = transfers.count
        func cells(_ pairs: [EntryPair]) -> [Cell] {
            pairs.flatMap { pair in
                [(pair.first, pair.second), (pair.second, pair.first)].compactMap { from, to in
                    transfers[from, to].map { Cell(from: from, to: to, value: $0) }
                }
            }
        }
        func distance(_ forward: Double, _ backward: Double) -> Double { max(forward, 0) + max(backward, 0) }
        let measured = pairs.map { distance(transfers[$0.first, $0.second] ?? 0, transfers[$0.second, $0.first] ?? 0) }

        /// Returns the distance of each pair, predicted by a model fitted without that pair.
        func heldOutDistances(_ penalties: (Double, Double), seed: UInt64) -> [Double] {
            var random = SplitMix64(seed: seed)
            let order = pairs.indices.shuffled(using: &random)
            let folds = min(5, pairs.count)
            var predictions = Array(repeating: 0.0, count: pairs.count)
            for fold in 0..<folds {
                let held = Set(order.enumerated().filter { $0.offset % folds == fold }.map(\.element))
                let seen = cells(pairs.indices.filter { !held.contains($0) }.map { pairs[$0] })
                let effects = Self.fit(seen, count: count, penalties)
                for index in held {
                    let (i, j) = (pairs[index].first, pairs[index].second)
                    predictions[index] = distance(effects[i, j], effects[j, i])
                }
            }
            return predictions
        }
        var best: (penalties: (Double, Double), error: Double)?
        for source in Self.penalties {
            for target in Self.penalties {
                let predictions = heldOutDistances((source, target), seed: seed)
                let error = HeldOutError(predictions: predictions, measured: measured)
                    .rootMeanSquareOfRoots
                if error < best?.error ?? .infinity { best = ((source, target), error) }
            }
        }
        let penalties = best?.penalties ?? (1, 1)
        heldOut = HeldOutError(
            predictions: heldOutDistances(penalties, seed: seed ^ 0x5DEE_CE66), measured: measured)
        effects = Self.fit(cells(pairs), count: count, penalties)
    }

    /// Fits penalised least squares by block coordinate descent: each effect is the mean residual
    /// of the other terms, shrunk towards zero.
    private static func fit(
        _ cells: [Cell], count: Int, _ penalties: (source: Double, target: Double)
    ) -> AdditiveEffects {
        var effects = AdditiveEffects(count: count)
        for _ in 0..<60 {
            effects.mean =
                cells.reduce(0) { $0 + $1.value - effects.sources[$1.from] - effects.targets[$1.to] }
                / Double(max(1, cells.count))
            var (sums, weights) = (
                Array(repeating: 0.0, count: count), Array(repeating: penalties.source, count: count)
            )
            for cell in cells {
                sums[cell.from] += cell.value - effects.mean - effects.targets[cell.to]
                weights[cell.from] += 1
            }
            effects.sources = zip(sums, weights).map { $0 / $1 }
            (sums, weights) = (Array(repeating: 0, count: count), Array(repeating: penalties.target, count: count))
            for cell in cells {
                sums[cell.to] += cell.value - effects.mean - effects.sources[cell.from]
                weights[cell.to] += 1
            }
            effects.targets = zip(sums, weights).map { $0 / $1 }
        }
        return effects
    }
}
