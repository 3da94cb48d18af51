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
            after: record(["learns": (1, 2), "memorises": (0.2, 0.4), "learned by heart": (0.001, 1), "unseen": (1, 1)])
        )
        #expect(next == ["learns": 1, "memorises": 0.125, "learned by heart": 0.02])
    }

    @Test func aTaskThatIsBetterOnNewSamplesKeepsItsWeight() {
        #expect(factors.next(after: record(["learns": (1.9, 1)])) == ["learns": 1])
    }

    @Test func aTaskWithoutValidationRowsHasNoFactor() {
        var empty = record(["learns": (1, 2)])
        empty.validation["learns"]?.samples = 0
        #expect(factors.next(after: empty).isEmpty)
    }
}
