import Testing

@testable import Multimodal

@Suite struct LearningRateScheduleTests {
    @Test(arguments: LearningRateSchedule.allCases)
    func itStartsAtOneAndNeverGrows(schedule: LearningRateSchedule) {
        let factors = (0...20).map { schedule.factor(at: Double($0) / 20) }
        #expect(factors[0] == 1)
        #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(abs(factors[20] - (schedule == .constant ? 1 : 0)) < 1e-12)
        #expect(abs(factors[10] - (schedule == .constant ? 1 : 0.5)) < 1e-12)
    }
}
