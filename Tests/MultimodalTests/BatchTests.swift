import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct BatchTests {
    @Test func rowsAreGatheredInOrder() throws {
        let task = try OpenedTask.fixture("target: animal")
        let batch = try BatchReader(task, split: .train).batch([4, 0, 4])
        #expect(batch.count == 3 && batch.rows == [4, 0, 4])
        let picture = try #require(batch.inputs["picture"])
        #expect(picture.shape == [3, 2, 3, 4])
        let stored = try task.dataset.train.file.tensor(named: "picture").floats()
        #expect(try picture.floats() == Array(stored[96..<120] + stored[0..<24] + stored[96..<120]))
        let labels = try task.dataset.train.file.tensor(named: "target/animal").integers()
        #expect(try batch.target.integers() == [labels[4], labels[0], labels[4]])
        #expect(batch.present["picture"] == [true, true, true] && batch.present["walk"] == nil)
    }

    /// The fixture has NaN in all invalid tokens, and values in the row without a picture.
    @Test func invalidTokensReadAsZero() throws {
        let task = try OpenedTask.fixture("target: weight")
        let reader = BatchReader(task, split: .train)
        let batch = try reader.batch(Array(0..<6))
        let walk = try #require(batch.inputs["walk"]).floats()
        let mask = try #require(batch.masks["walk"]).bools()
        #expect(mask.contains(false))
        for (token, isValid) in mask.enumerated() {
            let numbers = walk[token * 2..<token * 2 + 2]
            #expect(isValid ? numbers.allSatisfy { $0 != 0 && $0.isFinite } : numbers.allSatisfy { $0 == 0 })
        }
        #expect(batch.present["picture"] == [true, false, true, true, true, true])
        let picture = try #require(batch.inputs["picture"]).floats()
        #expect(picture[24..<48].allSatisfy { $0 == 0 } && picture[0..<24].allSatisfy { $0 != 0 })
        #expect(batch.target.shape == [6, 1])
    }

    @Test func missingRowsAreNamed() throws {
        let reader = BatchReader(try OpenedTask.fixture("target: tags"), split: .valid)
        #expect { try reader.batch([0, 3]) } throws: {
            "\($0)".contains("valid.safetensors: no row 3, the split has 3 rows")
        }
        #expect(try reader.batch([0]).target.dtype == .float32)
    }

    @Test("an order can visit a subset of rows, the same in every epoch")
    func someRows() {
        func rows(_ seed: UInt64, epoch: Int) -> [Int] {
            let order = BatchOrder(rows: 100, batch: 4, seed: seed, purpose: "a", limit: 10)
            #expect(order.batches == 3)
            return order.shuffled(epoch: epoch).flatMap { $0 }
        }
        #expect(Set(rows(1, epoch: 0)).count == 10)
        #expect(Set(rows(1, epoch: 0)) == Set(rows(1, epoch: 1)) && rows(1, epoch: 0) != rows(1, epoch: 1))
        #expect(Set(rows(1, epoch: 0)) != Set(rows(2, epoch: 0)))
        let order = BatchOrder(rows: 100, batch: 4, seed: 1, purpose: "a", limit: 10)
        #expect(order.sequential.flatMap { $0 } == rows(1, epoch: 0).sorted())
        let whole = BatchOrder(rows: 10, batch: 4, seed: 1, purpose: "a", limit: 50)
        #expect(whole.shuffled(epoch: 3) == BatchOrder(rows: 10, batch: 4, seed: 1, purpose: "a").shuffled(epoch: 3))
    }

    @Test func ordersDependOnlyOnSeedPurposeAndEpoch() {
        func order(_ seed: UInt64, _ purpose: String, _ epoch: Int) -> [[Int]] {
            BatchOrder(rows: 10, batch: 4, seed: seed, purpose: purpose).shuffled(epoch: epoch)
        }
        #expect(order(1, "a", 2) == order(1, "a", 2))
        #expect(order(1, "a", 2).map(\.count) == [4, 4, 2])
        #expect(order(1, "a", 2).flatMap { $0 }.sorted() == Array(0..<10))
        #expect(order(1, "a", 2) != order(2, "a", 2) && order(1, "a", 2) != order(1, "b", 2))
        #expect(order(1, "a", 2) != order(1, "a", 3))
        #expect(BatchOrder(rows: 10, batch: 4, seed: 1, purpose: "a").sequential.flatMap { $0 } == Array(0..<10))
    }

    @Test func prefetchingKeepsTheOrderThrowsAndStops() throws {
        let all = Prefetcher(count: 50, ahead: 3) { $0 * $0 }
        var taken: [Int] = []
        while let value = try all.next() { taken.append(value) }
        #expect(taken == (0..<50).map { $0 * $0 })

        let failing = Prefetcher(count: 5) { index in
            guard index < 2 else { throw FileError(path: "x", reason: "at \(index)") }
            return index
        }
        #expect(try failing.next() == 0 && failing.next() == 1)
        #expect(throws: FileError(path: "x", reason: "at 2")) { try failing.next() }

        for _ in 0..<20 {
            let stopped = Prefetcher(count: 1000, ahead: 4) { $0 }
            _ = try stopped.next()
            stopped.cancel()
        }
    }

    @Test(.timeLimit(.minutes(1))) func prefetchingAnswersAgainAfterAnErrorTheEndAndACancellation() throws {
        let failing = Prefetcher(count: 5) { index in
            guard index < 1 else { throw FileError(path: "x", reason: "at \(index)") }
            return index
        }
        #expect(try failing.next() == 0)
        for _ in 0..<3 {
            #expect(throws: FileError(path: "x", reason: "at 1")) { try failing.next() }
        }

        let short = Prefetcher(count: 1) { $0 }
        #expect(try short.next() == 0)
        for _ in 0..<3 { #expect(try short.next() == nil) }

        let cancelled = Prefetcher(count: 100, ahead: 1) { $0 }
        _ = try cancelled.next()
        cancelled.cancel()
        for _ in 0..<3 { #expect(try cancelled.next() == nil) }
    }
}
