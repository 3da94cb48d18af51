import Testing
import Torch

@testable import HighMMT

@Suite struct ExecutionPlanTests {
    private func plan(_ inputs: [String: TaskInput], sharing: Sharing = TwoTasks.groups) throws -> ExecutionPlan {
        try ExecutionPlan([TwoTasks.pair, TwoTasks.three, TwoTasks.alone], inputs: inputs, sharing: sharing)
    }

    @Test func streamsOfOneGroupAreOneCall() throws {
        let plan = try plan([
            "pair": TwoTasks.input(TwoTasks.pair, samples: 2), "three": TwoTasks.input(TwoTasks.three, samples: 3),
        ])
        #expect(plan.encoderCalls.map(\.group) == [0, 1, 2])
        #expect(
            plan.encoderCalls.map { $0.streams.map(\.stream.description) } == [
                ["pair/sound", "three/sound"], ["three/notes"], ["pair/image", "three/table"],
            ])
        #expect(plan.encoderCalls[0].streams.map(\.rows) == [[0, 1], [2, 3, 4]])
        #expect(plan.encoderCalls[1].streams.map(\.rows) == [[5, 6, 7]])
        #expect(plan.encoderCalls[2].streams.map(\.rows) == [[8, 9], [10, 11, 12]])
        #expect(plan.encoderCalls.flatMap(\.streams).allSatisfy { $0.samples == nil })
        // Both directions of a pair belong to one group: image → sound and sound → image, two
        // samples each.
        #expect(plan.crossmodalCalls.map(\.group) == [0, 1, 3])
        #expect(plan.crossmodalCalls[2].rows.queries == [8, 9, 0, 1])
        #expect(plan.crossmodalCalls[2].rows.contexts == [0, 1, 8, 9])
        // notes+sound has its own group with 6 rows. The task's other two pairs share one with 12.
        #expect(plan.crossmodalCalls.map(\.rows.queries.count) == [12, 6, 4])
        #expect(plan.slots["pair"] == [[.pair(18), .pair(19)], [.pair(20), .pair(21)]])
    }

    @Test func sharingEverythingIsOneCallOfEach() throws {
        let inputs = [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 2),
            "three": try TwoTasks.input(TwoTasks.three, samples: 1),
            "alone": try TwoTasks.input(TwoTasks.alone, samples: 1),
        ]
        let shared = try plan(inputs, sharing: .all)
        #expect(shared.encoderCalls.count == 1 && shared.crossmodalCalls.count == 1)
        #expect(shared.encoderCalls[0].streams.count == 6)
        #expect(shared.crossmodalCalls[0].rows.queries.count == 2 * 2 + 6)
        #expect(shared.slots["alone"] == [])
        let separate = try plan(inputs, sharing: .none([TwoTasks.pair, TwoTasks.three, TwoTasks.alone]))
        #expect(separate.encoderCalls.count == 6 && separate.crossmodalCalls.count == 4)
    }

    @Test func absentModalitiesAreLeftOut() throws {
        var pair = try TwoTasks.input(TwoTasks.pair, samples: 4)
        pair.streams["image"]?.present = [true, false, true, false]
        pair.streams["sound"]?.present = [true, true, false, false]
        let plan = try plan(["pair": pair], sharing: .all)
        let streams = try #require(plan.encoderCalls.first).streams
        #expect(streams.map(\.samples) == [[0, 2], [0, 1]])
        #expect(streams.map(\.rows) == [[0, nil, 1, nil], [2, 3, nil, nil]])
        let rows = try #require(plan.crossmodalCalls.first).rows
        #expect(rows.queries == [0, 2] && rows.contexts == [2, 0])
        // image → sound, then sound → image.
        #expect(
            plan.slots["pair"] == [
                [.pair(0), .absent, .alone(1), .absent], [.pair(1), .alone(3), .absent, .absent],
            ])
    }

    @Test func aTaskThatDoesNotTakePartHasNoCall() throws {
        let plan = try plan(["alone": TwoTasks.input(TwoTasks.alone, samples: 3)])
        #expect(plan.encoderCalls.map { $0.streams.map(\.stream.description) } == [["alone/table"]])
        #expect(plan.crossmodalCalls.isEmpty)
        #expect(plan.slots.keys.sorted() == ["alone"])
    }
}
