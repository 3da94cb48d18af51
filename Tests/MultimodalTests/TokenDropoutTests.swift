import Testing
import Torch

@testable import Multimodal

@Suite struct TokenDropoutTests {
    /// Rows of five steps, whose last is never valid, and of a 2 × 3 picture, whose tokens are all
    /// valid.
    private func batch(_ rows: [Int]) throws -> Batch {
        let valid = rows.flatMap { _ in [true, true, true, true, false] }
        return Batch(
            rows: rows,
            inputs: [
                "steps": try Tensor.zeros([rows.count, 5, 2]), "picture": try Tensor.zeros([rows.count, 2, 3, 1]),
            ],
            masks: ["steps": try Tensor(valid, shape: [rows.count, 5])], present: [:],
            target: try Tensor.zeros([rows.count]))
    }

    private func flags(_ batch: Batch, _ name: String) throws -> [[Bool]] {
        let mask = try #require(batch.masks[name])
        let flags = try mask.bools()
        let tokens = flags.count / batch.count
        return (0..<batch.count).map { Array(flags[($0 * tokens)..<(($0 + 1) * tokens)]) }
    }

    @Test(arguments: [0.2, 0.5, 0.9])
    func theGivenShareIsMaskedAndOneTokenStays(share: Double) throws {
        let dropout = TokenDropout(["steps": share, "picture": share], seed: 1, purpose: "t")
        let result = try dropout.applied(to: batch(Array(0..<2000)))
        #expect(result.masks["picture"]?.shape == [2000, 2, 3])
        for (name, valid) in [("steps", 4), ("picture", 6)] {
            let flags = try flags(result, name)
            #expect(flags.allSatisfy { $0.contains(true) })
            let left = flags.joined().filter { $0 }.count
            var power = 1.0
            for _ in 0..<valid { power *= share }
            let expected = Double(valid) * (1 - share) + power
            #expect(abs(Double(left) / 2000 - expected) < 0.1)
        }
        #expect(try flags(result, "steps").allSatisfy { !$0[4] }, "what is not valid stays so")
    }

    @Test func aRowLosesTheSameTokensInAnyBatch() throws {
        let dropout = TokenDropout(["picture": 0.5], seed: 3, purpose: "t/7")
        let whole = try flags(dropout.applied(to: batch(Array(0..<40))), "picture")
        let some = try flags(dropout.applied(to: batch([31, 2, 17])), "picture")
        #expect(some == [31, 2, 17].map { whole[$0] })
        let other = try TokenDropout(["picture": 0.5], seed: 3, purpose: "t/8").applied(to: batch(Array(0..<40)))
        #expect(try flags(other, "picture") != whole)
    }

    @Test func nothingIsMaskedWithoutNeed() throws {
        let result = try TokenDropout(["picture": 0], seed: 3, purpose: "t").applied(to: batch([0, 1]))
        #expect(result.masks.keys.sorted() == ["steps"])
    }

    @Test func eachModalityHasItsOwnProbability() throws {
        let dropout = TokenDropout(["picture": 0.9], seed: 3, purpose: "t")
        let result = try dropout.applied(to: batch(Array(0..<40)))
        #expect(try flags(result, "steps").allSatisfy { $0 == [true, true, true, true, false] })
        #expect(try flags(result, "picture").joined().filter { $0 }.count < 80)
    }
}
