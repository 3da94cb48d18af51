import Numerics
import Testing

@testable import Heterogeneity

@Suite("Additive model of transfers")
struct AdditiveTransfersTests {
    /// The true transfers, with source effect −i / 10 and target effect i² / 50.
    private func truth(_ from: Int, _ to: Int) -> Double { 0.3 - Double(from) / 10 + Double(to * to) / 50 }

    private func transfers(
        _ count: Int, noise: Double, seed: UInt64, pairs: [EntryPair]? = nil
    ) -> SquareMatrix<Double?> {
        var random = SplitMix64(seed: seed)
        var transfers = SquareMatrix<Double?>(count: count, repeating: nil)
        for pair in pairs ?? EntryPair.all(of: count) {
            for (from, to) in [(pair.first, pair.second), (pair.second, pair.first)] {
                // The sum of twelve uniform numbers minus six is approximately standard normal.
                let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
                transfers[from, to] = truth(from, to) + noise * normal
            }
        }
        return transfers
    }

    private func sampled(_ transfers: SquareMatrix<Double?>) throws -> SampledHeterogeneity {
        try SampledHeterogeneity(names: names(transfers.count), transfers: transfers, units: .nats)
    }

    private func squaredError(_ matrix: HeterogeneityMatrix) -> Double {
        EntryPair.all(of: matrix.count).reduce(0) { sum, pair in
            let (i, j) = (pair.first, pair.second)
            let error = matrix[i, j] - max(0, truth(i, j)) - max(0, truth(j, i))
            return sum + error * error
        }
    }

    @Test("exactly additive transfers are recovered")
    func exact() throws {
        let model = try #require(AdditiveTransfers(of: transfers(10, noise: 0, seed: 1)))
        for pair in EntryPair.all(of: 10) {
            #expect(abs(model.effects[pair.first, pair.second] - truth(pair.first, pair.second)) < 0.1)
        }
        #expect(model.heldOut.count == 45 && (model.heldOut.spearman ?? 0) > 0.98)
        #expect(AdditiveTransfers(of: transfers(3, noise: 0, seed: 1, pairs: [EntryPair(0, 1)])) == nil)
    }

    @Test("a quarter of the pairs suffices to impute the others")
    func completes() throws {
        let pairs = try EntryPair.sample(of: 14, pairs: 23, seed: 2)
        let few = try sampled(transfers(14, noise: 0.05, seed: 2, pairs: pairs))
        let completed = try #require(try AdditiveImputation(completing: few, seed: 0))
        #expect(completed.matrix.imputed.count == 91 - 23)
        for pair in pairs { #expect(completed.matrix[pair.first, pair.second] == few.measurements[pair]?.value) }
        let byRank = try LowRankImputation(completing: few, seed: 0)
        #expect(squaredError(completed.matrix) < squaredError(byRank.matrix))
        #expect(completed.heldOut.rootMeanSquareOfRoots < byRank.heldOut.rootMeanSquareOfRoots)
        #expect(try Imputation(completing: few, seed: 0) == .additive(completed))
        // The estimated error is within a factor of 3 of the actual one.
        let real = (squaredError(completed.matrix) / Double(91 - 23)).squareRoot()
        #expect(completed.heldOut.rootMeanSquare > real / 3 && completed.heldOut.rootMeanSquare < real * 3)
    }

    @Test("an entry in no pair is named")
    func lonely() throws {
        let few = try sampled(transfers(4, noise: 0, seed: 1, pairs: [EntryPair(0, 1), EntryPair(1, 2)]))
        #expect { try AdditiveImputation(completing: few, seed: 0) } throws: { "\($0)".contains("d") }
    }
}
