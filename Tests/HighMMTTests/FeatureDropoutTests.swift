import Testing
import Torch

@testable import HighMMT

@Suite struct FeatureDropoutTests {
    @Test func theShareFallsSilentAndTheRestGrows() throws {
        let dropout = FeatureDropout(share: 0.25, seed: 1, purpose: "0/0")
        let factors = try #require(try dropout.factors([200, 50], task: "a", device: .cpu)?.floats())
        #expect(Set(factors) == [0, Float(1 / 0.75)])
        #expect(abs(Double(factors.filter { $0 == 0 }.count) / 10_000 - 0.25) < 0.02)
        #expect(try dropout.factors([200, 50], task: "a", device: .cpu)?.floats() == factors)
        #expect(try dropout.factors([200, 50], task: "b", device: .cpu)?.floats() != factors)
        let other = FeatureDropout(share: 0.25, seed: 1, purpose: "0/1")
        #expect(try other.factors([200, 50], task: "a", device: .cpu)?.floats() != factors)
    }

    /// Dropout changes the logits but not the features that are returned.
    @Test func headsReadLess() throws {
        let model = try TwoTasks.model()
        let inputs = try Dictionary(
            uniqueKeysWithValues: [TwoTasks.pair, TwoTasks.three].map { ($0.name, try TwoTasks.input($0, samples: 4)) })
        let whole = try model.forward(inputs)
        let none = try model.forward(inputs, dropout: FeatureDropout(share: 0, seed: 1, purpose: "0"))
        let some = try model.forward(inputs, dropout: FeatureDropout(share: 0.5, seed: 1, purpose: "0"))
        for name in inputs.keys {
            #expect(try none.logits[name]?.floats() == whole.logits[name]?.floats())
            #expect(try some.logits[name]?.floats() != whole.logits[name]?.floats())
            #expect(try some.features[name]?.floats() == whole.features[name]?.floats())
        }
    }
}
