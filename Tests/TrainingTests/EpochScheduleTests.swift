import Testing

@testable import Training

@Suite struct EpochScheduleTests {
    @Test func tasksWithFewerBatchesJoinLate() {
        let schedule = EpochSchedule(batches: ["a": 3, "b": 2, "c": 1])
        #expect(schedule.steps == 3)
        #expect(schedule.batch(at: 0) == ["a": 0])
        #expect(schedule.batch(at: 1) == ["a": 1, "b": 0])
        #expect(schedule.batch(at: 2) == ["a": 2, "b": 1, "c": 0])
    }

    @Test func everyBatchIsUsedOnce() {
        let counts = ["a": 300, "b": 200, "c": 100]
        let schedule = EpochSchedule(batches: counts)
        var seen: [String: [Int]] = [:]
        for step in 0..<schedule.steps {
            for (task, batch) in schedule.batch(at: step) { seen[task, default: []].append(batch) }
        }
        #expect(seen == counts.mapValues { Array(0..<$0) })
    }
}
