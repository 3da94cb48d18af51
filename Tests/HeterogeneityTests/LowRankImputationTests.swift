import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Imputation")
struct LowRankImputationTests {
    @Test("sampled pairs connect all entries, with even degrees", arguments: [2, 3, 10, 40])
    func sampledPairs(_ count: Int) throws {
        for pairs in [count - 1, count, 2 * count, 3 * count, count * count] {
            let sample = try EntryPair.sample(of: count, pairs: pairs, seed: 4)
            #expect(sample.count == min(pairs, count * (count - 1) / 2))
            #expect(Set(sample).count == sample.count)
            var reached: Set<Int> = [0]
            for _ in 0..<count {
                for pair in sample where reached.contains(pair.first) != reached.contains(pair.second) {
                    reached.formUnion([pair.first, pair.second])
                }
            }
            #expect(reached.count == count)
            let degrees = (0..<count).map { entry in sample.count { $0.first == entry || $0.second == entry } }
            #expect((degrees.max() ?? 0) - (degrees.min() ?? 0) <= 2)
        }
        #expect(try EntryPair.sample(of: count, seed: 4) == EntryPair.sample(of: count, seed: 4))
        #expect(throws: MatrixError.self) { try EntryPair.sample(of: count, pairs: count - 2, seed: 4) }
    }

    private func sampled(_ matrix: HeterogeneityMatrix, _ pairs: [EntryPair]) throws -> SampledHeterogeneity {
        try SampledHeterogeneity(
            names: matrix.names,
            measurements: Dictionary(
                uniqueKeysWithValues: pairs.map { ($0, .init(value: matrix[$0.first, $0.second], standardError: 0.01)) }
            ), units: matrix.units)
    }

    @Test("additive distances are imputed, and the error estimate is about right")
    func additive() throws {
        var random = SplitMix64(seed: 9)
        let parts = (0..<20).map { _ in 0.2 + random.uniform() }
        let truth = try matrix(count: 20) { pair in
            let root = parts[pair.first] + parts[pair.second] + 0.03 * random.normal()
            return root * root
        }
        let sample = try EntryPair.sample(of: 20, seed: 2)
        #expect(sample.count == 60)
        let completed = try LowRankImputation(completing: sampled(truth, sample), seed: 5)
        #expect(completed.matrix.imputed.count == 190 - 60)
        for pair in sample { #expect(completed.matrix[pair.first, pair.second] == truth[pair.first, pair.second]) }
        let errors = completed.matrix.imputed.map {
            completed.matrix[$0.first, $0.second] - truth[$0.first, $0.second]
        }
        let actual = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
        #expect(actual < 0.2)
        #expect(completed.heldOut.count == 60)
        #expect(completed.heldOut.rootMeanSquare > 0.5 * actual)
        #expect(completed.heldOut.rootMeanSquare < 3 * actual)
        #expect((spearmanCorrelation(completed.matrix.condensed, truth.condensed) ?? 0) > 0.97)
        #expect(try LowRankImputation(completing: sampled(truth, sample), seed: 5) == completed)
    }

    @Test("two clusters are imputed with a third rank")
    func camps() throws {
        let truth = try matrix(count: 16) { ($0.first < 8) == ($0.second < 8) ? 0.1 : 2 }
        let completed = try LowRankImputation(completing: sampled(truth, EntryPair.sample(of: 16, seed: 3)), seed: 5)
        let groups = try Dendrogram(of: completed.matrix, linkage: .average).grouping(.groups(2))
        #expect(groups.labels == (0..<16).map { $0 / 8 })
        #expect((spearmanCorrelation(completed.matrix.condensed, truth.condensed) ?? 0) > 0.85)
        let lower = try LowRankImputation(
            completing: sampled(truth, EntryPair.sample(of: 16, seed: 3)), maximumRank: 1, seed: 5)
        #expect(lower.model == .rankOne)
    }

    @Test("a complete matrix is not changed")
    func complete() throws {
        let truth = try matrix(count: 5) { Double($0.first + $0.second) }
        let completed = try LowRankImputation(completing: sampled(truth, EntryPair.all(of: 5)), seed: 0)
        #expect(completed.matrix.values == truth.values)
        #expect(completed.matrix.imputed.isEmpty)
        let zeros = try matrix(count: 4) { _ in 0 }
        let path = [EntryPair(0, 1), EntryPair(1, 2), EntryPair(2, 3)]
        #expect(try LowRankImputation(completing: sampled(zeros, path), seed: 0).matrix.values == zeros.values)
    }

    @Test("an entry in no measured pair is named")
    func lonelyEntry() throws {
        let truth = try matrix(count: 3) { _ in 1 }
        let error = #expect(throws: MatrixError.self) {
            try LowRankImputation(completing: sampled(truth, [EntryPair(0, 1)]), seed: 0)
        }
        #expect(error?.description == "c: in no measured pair, expected at least one for every entry")
        #expect(throws: MatrixError.self) {
            try LowRankImputation(completing: sampled(truth, EntryPair.all(of: 3)), maximumRank: 4, seed: 0)
        }
        for pair in [EntryPair(1, 1), EntryPair(1, 2), EntryPair(-1, 0)] {
            #expect(throws: MatrixError.self) {
                try SampledHeterogeneity(names: names(2), measurements: [pair: .init(value: 1)])
            }
        }
        for value in [-1, .nan, .infinity] {
            #expect(throws: MatrixError.self) {
                try SampledHeterogeneity(names: names(2), measurements: [EntryPair(0, 1): .init(value: value)])
            }
        }
    }

    @Test("the completed matrix keeps the measured transfers")
    func transfers() throws {
        var transfers = SquareMatrix<Double?>(count: 3, repeating: nil)
        (transfers[0, 1], transfers[1, 0]) = (1, -1)
        (transfers[1, 2], transfers[2, 1]) = (2, 1)
        transfers[0, 2] = 5
        let sampled = try SampledHeterogeneity(names: names(3), transfers: transfers, units: .nats)
        #expect(sampled.measurements.mapValues(\.value) == [EntryPair(0, 1): 1, EntryPair(1, 2): 3])
        let completed = try LowRankImputation(completing: sampled, seed: 0).matrix
        #expect(completed.transfers == transfers)
        #expect(completed.imputed == [EntryPair(0, 2)])
        #expect(completed.units == .nats)
        #expect(try HeterogeneityMatrix(json: completed.json()) == completed)
    }
}
