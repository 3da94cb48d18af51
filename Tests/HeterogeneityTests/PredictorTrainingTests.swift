import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Heterogeneity

@Suite("The training of predictors")
struct PredictorTrainingTests {
    private func measurement(_ noisy: NoisySuite, _ budget: TransferBudget) throws -> TransferMeasurement {
        try TransferMeasurement(
            .modalities, of: noisy.suite, tasks: noisy.tasks, budget: budget, folder: noisy.folder.path("entries"))
    }

    @Test("the kept epoch is the best on held-out training samples, whatever the validation samples are")
    func stops() throws {
        let noisy = try NoisySuite()
        let measurement = try measurement(noisy, TransferBudget(epochs: 30, patience: 3))
        let informative = try #require(try measurement.sources().first)
        let trained = try #require(try measurement.training.train(informative, from: nil, seed: 3))
        let losses = trained.epochLosses
        let least = try #require(losses.min())
        let best = try #require(losses.firstIndex(of: least))
        #expect(losses.count == min(30, best + 1 + 3))
        var other = informative
        other.valid = other.train
        let again = try #require(try measurement.training.train(other, from: nil, seed: 3))
        #expect(again.epochLosses == losses && again.losses != trained.losses)
        for (name, tensor) in trained.shared { #expect(try tensor.floats() == again.shared[name]?.floats()) }
        // Noise stops soon.
        let noise = try measurement.sources()[1]
        let short = try #require(try measurement.training.train(noise, from: nil, seed: 3))
        #expect(short.epochLosses.count < 30)
        #expect(short.losses.count == 128)
    }

    @Test("every fifth training sample is held out, more of few", arguments: [80, 40, 24, 8, 4])
    func heldOut(count: Int) throws {
        let noisy = try NoisySuite()
        var data = try #require(try measurement(noisy, TransferBudget()).sources().first)
        data.train = try data.train.first(count)
        let (kept, heldOut) = try data.holdingOut(seed: 1)
        #expect(kept.train.count + heldOut.count == count)
        #expect(heldOut.count == [80: 16, 40: 8, 24: 8, 8: 4, 4: 2][count])
        func rows(_ samples: EntryData.Samples) throws -> [[Float]] {
            let numbers = try #require(samples.streams["a"]).data.floats()
            return (0..<samples.count).map { Array(numbers[$0 * 3..<$0 * 3 + 3]) }
        }
        #expect(Set(try rows(kept.train) + rows(heldOut)) == Set(try rows(data.train)))
        #expect(Set(try rows(kept.train)).isDisjoint(with: try rows(heldOut)))
        let (_, another) = try data.holdingOut(seed: 2)
        #expect(try rows(another) != rows(heldOut))
    }

    @Test("decoupled decay lets predictors learn what the same L2 penalty would prevent")
    func decay() throws {
        func explained(_ optimiser: String) throws -> Double {
            let noisy = try NoisySuite(["training.optimizer=\(optimiser)", "training.weight_decay=1.5"])
            let measurement = try measurement(noisy, TransferBudget(epochs: 20, patience: 5, seeds: 1))
            let data = try #require(try measurement.sources().first)
            let losses = try #require(try measurement.training.train(data, from: nil, seed: 3)).losses
            return 1 - losses.reduce(0, +) / data.targets.chanceLosses.reduce(0, +)
        }
        let (decoupled, penalised) = (try explained("adamw"), try explained("adam"))
        #expect(decoupled > 0.3)
        #expect(penalised < decoupled / 3)
    }

    @Test("the published recipe trains all epochs and keeps its numbers")
    func published() throws {
        #expect(TransferBudget(for: .published) == TransferBudget())
        #expect(TransferBudget(for: .robust).patience == 5 && TransferBudget(for: .robust).epochs == 40)
        let noisy = try NoisySuite(recipe: "published")
        let measurement = try measurement(noisy, TransferBudget(epochs: 3, seeds: 1))
        let data = try #require(try measurement.sources().first)
        let trained = try #require(try measurement.training.train(data, from: nil, seed: 3))
        // Recorded before other recipes were applied to predictors.
        let recorded = [0.6505795, 0.5257358, 0.3587852]
        #expect(trained.epochLosses.count == 3)
        for (loss, expected) in zip(trained.epochLosses, recorded) { #expect(abs(loss - expected) < 1e-4) }
    }
}
