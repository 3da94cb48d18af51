import Foundation
import Testing

@testable import Training

@Suite struct LossFactorsTests {
    private let factors = LossFactors(
        trainingChance: ["learns": 2, "memorises": 0.5, "learned by heart": 1, "unseen": 1],
        validationChance: ["learns": 4, "memorises": 0.5, "learned by heart": 1])

    private func record(_ losses: [String: (training: Double, validation: Double)]) -> EpochRecord {
        EpochRecord(
            stage: .first, epoch: 1, trainingLoss: losses.mapValues(\.training),
            validation: losses.mapValues { TaskScores(samples: 10, loss: $0.validation, metrics: [:]) }, score: 0,
            isBest: true)
    }

    /// Losses count in units of chance, so a training loss of 1 of 2 equals a validation loss of 2
    /// of 4.
    @Test func theFactorIsTheCubeOfTheRatioOfLosses() {
        let next = factors.next(
            after: record(["learns": (1, 2), "memorises": (0.2, 0.4), "learned by heart": (0.001, 1), "unseen": (1, 1)]
            ),
            start: ["learns": 2, "memorises": 0.4, "learned by heart": 1])
        #expect(next == ["learns": 1, "memorises": 0.125, "learned by heart": 0.02])
    }

    @Test func aTaskThatIsBetterOnNewSamplesKeepsItsWeight() {
        #expect(factors.next(after: record(["learns": (1.9, 1)]), start: ["learns": 1]) == ["learns": 1])
    }

    /// Half of the fall that keeps the whole weight halves the power.
    @Test(arguments: [(start: 0.4, factor: 0.125), (0.4 / 0.95, pow(0.5, 1.5)), (0.5, 1), (0.3, 0.125)])
    func whatItGainedOnNewSamplesKeepsItsWeight(start: Double, factor: Double) {
        let next = factors.next(after: record(["memorises": (0.2, 0.4)]), start: ["memorises": start])
        #expect(abs((next["memorises"] ?? 0) - factor) < 1e-12)
    }

    /// Without a score of the start, the chance loss of 0.5 stands for it.
    @Test func withoutAStartTheChanceLossStandsForIt() {
        #expect(factors.next(after: record(["memorises": (0.2, 0.4)]), start: [:]) == ["memorises": 1])
    }

    @Test func aTaskWithoutValidationRowsHasNoFactor() {
        var empty = record(["learns": (1, 2)])
        empty.validation["learns"]?.samples = 0
        #expect(factors.next(after: empty, start: [:]).isEmpty)
    }
}
