@testable import Multimodal
import Testing
import Torch

@testable import Training

@Suite struct StepBatchesTests {
    private func batch(_ count: Int, present: [Bool]? = nil) throws -> Batch {
        Batch(
            rows: Array(100..<(100 + count)),
            inputs: ["a": try Tensor((0..<count * 2).map(Float.init), shape: [count, 2])], masks: [:],
            present: present.map { ["a": $0] } ?? [:],
            target: try Tensor((0..<count).map(Int64.init), shape: [count]), weights: (0..<count).map(Float.init))
    }

    @Test func everyRowIsComputedOnce() throws {
        let whole = ["x": try batch(10), "y": try batch(2)]
        let parts = try (0..<3).map { try StepBatches(whole, rank: $0, size: 3) }
        #expect(parts.map { $0.rows["x"] } == [0..<3, 3..<6, 6..<10])
        #expect(parts.map { $0.own["x"]?.rows } == [[100, 101, 102], [103, 104, 105], [106, 107, 108, 109]])
        #expect(try parts[1].own["x"]?.inputs["a"]?.floats() == [6, 7, 8, 9, 10, 11])
        #expect(try parts[2].own["x"]?.target.integers() == [6, 7, 8, 9])
        #expect(parts[2].own["x"]?.weights == [6, 7, 8, 9])
        #expect(parts.map { $0.shares["x"] } == [0.3, 0.3, 0.4])
        // Two rows are too few for three processes.
        #expect(parts.map { $0.own["y"]?.count } == [nil, 1, 1])
        #expect(parts.map { $0.shares["y"] } == [0, 0.5, 0.5])
    }

    @Test func oneProcessTakesBatchesAsTheyAre() throws {
        let step = try StepBatches(["x": try batch(4)], rank: 0, size: 1)
        #expect(step.isWhole && step.shares == ["x": 1])
        #expect(try step.parts().isEmpty)
        #expect(step.own["x"]?.count == 4)
    }

    /// A model cannot compute rows that all lack everything.
    @Test func theLeadComputesBatchesThatCannotBeDivided() throws {
        let whole = ["x": try batch(4, present: [true, true, false, false])]
        let parts = try (0..<2).map { try StepBatches(whole, rank: $0, size: 2) }
        #expect(parts.map { $0.own["x"]?.count } == [4, nil])
        #expect(parts.map { $0.shares["x"] } == [1, 0])
    }
}
