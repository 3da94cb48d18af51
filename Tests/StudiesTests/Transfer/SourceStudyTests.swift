import Foundation
import Heterogeneity
import Multimodal
import Testing
import Training

@testable import Studies

@Suite("Sources of new tasks")
struct SourceStudyTests {
    private static let streams = ["kind/card", "kind/walk", "other/card", "other/walk", "size/walk"]

    /// Returns a matrix with the given transfers from row to column.
    private func matrix(_ rows: [[Double]]) throws -> HeterogeneityMatrix {
        var transfers = SquareMatrix<Double?>(count: rows.count, repeating: nil)
        for (row, values) in rows.enumerated() {
            for (column, value) in values.enumerated() where row != column { transfers[row, column] = value }
        }
        return try HeterogeneityMatrix(
            names: Array(Self.streams.prefix(rows.count)), transfers: transfers, units: .normalised)
    }

    private static let rows: [[Double]] = [
        [0, 0.9, 0.3, 0.4, 0.5], [0.9, 0, 0.2, 0.1, -0.6], [0.1, 0.2, 0, 0.9, 0.2], [0.3, 0.05, 0.9, 0, 0.7],
        [0.4, -0.3, 0.6, 0.8, 0],
    ]

    @Test("the transfer to a task is the mean over its streams of the least from a stream of the source")
    func transfer() throws {
        let matrix = try matrix(Self.rows)
        // other → kind: card min(.1, .3), walk min(.2, .05); kind → size: min(.5, −.6).
        let toKind = try #require(matrix.transfer(from: "other", to: "kind"))
        #expect(abs(toKind - 0.075) < 1e-12)
        #expect(matrix.transfer(from: "kind", to: "size") == -0.6)
        #expect(matrix.transfer(from: "size", to: "kind") == (0.4 - 0.3) / 2)
        #expect(matrix.transfer(from: "kin", to: "size") == nil)
    }

    @Test("choices take the source that they should, seed by seed")
    func choices() throws {
        // Two seeds of one task: a is nearest, b is better, c is better on validation with seed 0.
        let scores: [String: [(Double, Double)]] = [
            "a": [(0.5, 0.1), (0.6, 0.2)], "b": [(0.9, 0.2), (0.7, 0.9)], "c": [(0.2, 0.3), (0.3, 0.1)],
        ]
        let gains = SourceGains(
            labels: 0.1, transfers: ["t": ["a": -0.5, "b": 0.1, "c": 0.2]], seeds: 2
        ) { _, source, seed in
            guard let source else { return SourceGains.Outcome(score: 0.4, validation: nil) }
            return scores[source].map { SourceGains.Outcome(score: $0[seed].0, validation: $0[seed].1) }
        }
        func chosen(_ choice: SourceChoice) throws -> SourceStudy.Result.Chosen {
            try #require(gains.chosen(by: choice))
        }
        #expect(try chosen(.heterogeneity).sources == ["t": "a"] && chosen(.best).sources == ["t": "b"])
        for (own, expected) in zip(try chosen(.heterogeneity).gain.values, [0.1, 0.2]) {
            #expect(abs(own - expected) < 1e-12)
        }
        // Ahead of the mean of b and c: .1 − (.5 − .2) / 2 and .2 − (.3 − .1) / 2.
        let ahead = try chosen(.heterogeneity).ahead.difference
        #expect(abs(ahead - (-0.05 + 0.1) / 2) < 1e-12)
        // c with seed 0, b with seed 1.
        for (own, expected) in zip(try chosen(.validation).gain.values, [-0.2, 0.3]) {
            #expect(abs(own - expected) < 1e-12)
        }
        // Transfers a < b < c, gains c < a < b: ranks 1 2 3 against 2 3 1.
        let correlation = try #require(gains.correlation)
        #expect(abs(correlation + 0.5) < 1e-12)
        #expect(gains.cells.map(\.source) == ["a", "b", "c"])
        #expect(abs(gains.cells[1].gain.difference - 0.4) < 1e-12)
    }

    @Test("a task without all scores is left out")
    func undefined() {
        let gains = SourceGains(labels: 1, transfers: ["t": ["a": 0, "b": 1]], seeds: 1) { _, source, _ in
            source == "b" ? nil : SourceGains.Outcome(score: 0.5, validation: nil)
        }
        #expect(gains.cells.isEmpty && gains.correlation == nil && gains.chosen(by: .heterogeneity) == nil)
    }

    @Test("every task is learned after every other one")
    func study() throws {
        let growing = try GrowingSuite()
        let training = growing.training("sources")
        func study(_ suite: Multimodal.Suite) throws -> SourceStudy {
            SourceStudy(suite, modalities: try matrix(Self.rows), labels: [1], seeds: 2, training: training)
        }
        let result = try study(growing.suite).run()
        #expect(
            result.cells.map { "\($0.task) \($0.source)" } == [
                "kind other", "kind size", "other kind", "other size", "size kind", "size other",
            ])
        #expect(result.choices.map(\.choice) == SourceChoice.allCases)
        // From the runs themselves.
        func share(_ run: String) throws -> Double {
            let stored = try #require(RunDirectory("\(training.folder)/\(run)").result(of: .first))
            let task = try #require(stored.tasks["kind"])
            return try #require(SuiteScore.share(of: task))
        }
        let gains = try [2, 3].map { seed in
            try share("kind-after-size-labels-100-seed-\(seed)") - share("kind-scratch-labels-100-seed-\(seed)")
        }
        #expect(abs(result.cells[1].gain.difference - (gains[0] + gains[1]) / 2) < 1e-12)
        #expect(try growing.lines("sources/sources.csv").count == 7 && growing.lines("sources/choices.csv").count == 4)
        var stopping = try study(growing.suite)
        stopping.training.shouldStop = {
            Issue.record("expected nothing to train")
            return true
        }
        #expect(try stopping.run().table == result.table)
        var two = growing.suite
        two.tasks["size"] = nil
        #expect { try study(two).run() } throws: { "\($0)".contains("expected at least 3") }
        var unknown = growing.suite
        unknown.tasks["new"] = unknown.tasks["size"]
        #expect { try study(unknown).run() } throws: { "\($0)".contains("lacks those of 'kind' or 'new'") }
    }
}
