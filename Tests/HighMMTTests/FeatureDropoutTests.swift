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

    /// The factors of a sample do not depend on where the others are computed.
    @Test func partsOfABatchAreRowsOfTheWhole() throws {
        let dropout = FeatureDropout(share: 0.5, seed: 1, purpose: "0/0")
        let whole = try #require(try dropout.factors([5, 7], task: "pair", device: .cpu)?.floats())
        var part = dropout
        part.parts = ["pair": BatchPart(of: TaskInput(count: 5, streams: [:]), samples: 2..<4)]
        #expect(try part.factors([2, 7], task: "pair", device: .cpu)?.floats() == Array(whole[14..<28]))
    }

    /// Dropout of latents, which are stacked over streams, some of whose samples are missing.
    @Test func partsOfAStepGiveTheLatentsOfTheWhole() throws {
        let model = try TwoTasks.model(learnsPlaceholders: true)
        let present = ["pair": [true, false, true, true], "three": [false, true, true, true]]
        let inputs = try Dictionary(
            uniqueKeysWithValues: [TwoTasks.pair, TwoTasks.three].map { task in
                var input = try TwoTasks.input(task, samples: 4)
                input.streams["sound"]?.present = present[task.name]
                return (task.name, input)
            })
        let dropout = FeatureDropout(share: 0.5, seed: 1, purpose: "0")
        let whole = try model.forward(inputs, dropout: dropout, latentDropout: dropout)
        for samples in [0..<1, 1..<3, 3..<4] {
            var part = dropout
            part.parts = inputs.mapValues { BatchPart(of: $0, samples: samples) }
            let own = try inputs.mapValues { input in
                TaskInput(
                    count: samples.count,
                    streams: try input.streams.mapValues { stream in
                        StreamInput(
                            data: try stream.data.narrowed(axis: 0, start: samples.lowerBound, length: samples.count),
                            mask: try stream.mask?.narrowed(axis: 0, start: samples.lowerBound, length: samples.count),
                            present: stream.present.map { Array($0[samples]) })
                    })
            }
            let logits = try model.forward(own, dropout: part, latentDropout: part).logits
            for (task, values) in logits {
                let expected = try whole.logits[task]?.narrowed(
                    axis: 0, start: samples.lowerBound, length: samples.count)
                for (value, other) in zip(try values.floats(), try #require(expected).floats()) {
                    #expect(abs(value - other) < 1e-5)
                }
            }
        }
    }
}
