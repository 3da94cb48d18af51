import Testing
import Torch

@testable import Multimodal

@Suite struct ModalityDropoutTests {
    /// Rows with three modalities, of which every fourth row lacks "c".
    private func batch(_ rows: [Int]) throws -> Batch {
        let data = try Tensor.zeros([rows.count, 1, 1])
        return Batch(
            rows: rows, inputs: ["a": data, "b": data, "c": data], masks: [:],
            present: ["c": rows.map { $0 % 4 != 0 }], target: try Tensor.zeros([rows.count]))
    }

    private func flags(_ batch: Batch, _ position: Int) -> [Bool] {
        ["a", "b", "c"].map { batch.present[$0]?[position] ?? true }
    }

    @Test(arguments: [0.2, 0.9, 1])
    func theGivenShareIsDroppedAndOneStays(share: Double) throws {
        let whole = try batch(Array(0..<4000))
        let result = ModalityDropout(share: share, seed: 1, purpose: "t").applied(to: whole)
        var drops = [0, 0, 0]
        for row in whole.rows {
            let (before, after) = (flags(whole, row), flags(result, row))
            #expect(after.contains(true))
            for index in 0..<3 {
                #expect(before[index] || !after[index], "a missing modality stays missing")
                if before[index], !after[index] { drops[index] += 1 }
            }
        }
        // In a sample with k modalities each is dropped with the probability p − pᵏ/k, because the
        // one that is kept when all would be dropped is chosen uniformly.
        func expected(_ count: Double) -> Double {
            var power = 1.0
            for _ in 0..<Int(count) { power *= share }
            return share - power / count
        }
        let shares = [
            0.75 * expected(3) + 0.25 * expected(2), 0.75 * expected(3) + 0.25 * expected(2), 0.75 * expected(3),
        ]
        for (count, share) in zip(drops, shares) { #expect(abs(Double(count) / 4000 - share) < 0.03) }
        #expect(result.inputs.keys.sorted() == ["a", "b", "c"])
    }

    @Test func aRowLosesTheSameModalitiesInAnyBatch() throws {
        let dropout = ModalityDropout(share: 0.5, seed: 3, purpose: "t/7")
        let whole = dropout.applied(to: try batch(Array(0..<40)))
        let some = dropout.applied(to: try batch([31, 2, 17]))
        for (position, row) in [31, 2, 17].enumerated() { #expect(flags(some, position) == flags(whole, row)) }
        let other = ModalityDropout(share: 0.5, seed: 3, purpose: "t/8").applied(to: try batch(Array(0..<40)))
        #expect((0..<40).contains { flags(other, $0) != flags(whole, $0) })
    }

    @Test func nothingIsDroppedWithoutNeed() throws {
        let whole = try batch(Array(0..<40))
        let none = ModalityDropout(share: 0, seed: 3, purpose: "t").applied(to: whole)
        #expect(none.present == whole.present)
        let limited = ModalityDropout(share: 1, seed: 3, purpose: "t").applied(to: whole, droppable: ["a"])
        #expect(limited.present["a"]?.contains(true) == false)
        #expect(limited.present["b"] == nil && limited.present["c"] == whole.present["c"])
    }
}
