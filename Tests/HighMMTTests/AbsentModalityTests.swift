import HighMMT
import Testing
import Torch

@Suite struct AbsentModalityTests {
    private func input(without absent: Set<String>, samples: Int = 3) throws -> TaskInput {
        var input = try TwoTasks.input(TwoTasks.three, samples: samples)
        for name in absent { input.streams[name] = nil }
        return input
    }

    @Test(arguments: Arithmetic.allCases, ["notes", "sound", "table"])
    func oneModalityIsEnoughForAModelWithPlaceholders(arithmetic: Arithmetic, kept: String) throws {
        let model = try TwoTasks.model(learnsPlaceholders: true, arithmetic: arithmetic)
        let absent = Set(["notes", "sound", "table"]).subtracting([kept])
        var input = try input(without: absent)
        let logits = try #require(try model.forward(["three": input]).logits["three"])
        #expect(logits.shape == [3, 2])
        #expect(try logits.isFinite().all())
        // The logits depend on the modality that is present.
        let stream = try #require(input.streams[kept])
        input.streams[kept]?.data = try stream.data * -1
        #expect(try relativeDifference(#require(try model.forward(["three": input]).logits["three"]), logits) > 1e-3)
    }

    @Test(arguments: ["notes", "sound", "table"])
    func aModelWithoutPlaceholdersNamesWhatIsAbsent(absent: String) throws {
        let model = try TwoTasks.model()
        let error = #expect(throws: ModelError.self) { try model.forward(["three": input(without: [absent])]) }
        #expect(error?.description.contains("three/\(absent)") == true, "\(String(describing: error))")
        var gap = try TwoTasks.input(TwoTasks.three, samples: 3)
        gap.streams[absent]?.present = [true, false, true]
        let other = #expect(throws: ModelError.self) { try model.forward(["three": gap]) }
        #expect(other?.description.contains("sample 1") == true, "\(String(describing: other))")
        #expect(other?.description.contains("three/\(absent)") == true)
    }

    /// A missing modality affects only its own sample. That sample gets the same logits in a batch
    /// as alone.
    @Test(arguments: Arithmetic.allCases)
    func gapsConcernTheirSampleOnly(arithmetic: Arithmetic) throws {
        let model = try TwoTasks.model(learnsPlaceholders: true, arithmetic: arithmetic)
        let complete = try TwoTasks.input(TwoTasks.three, samples: 3)
        var gaps = complete
        gaps.streams["sound"]?.present = [true, false, true]
        gaps.streams["table"]?.present = [true, false, false]
        // Values of a missing modality are never read, so NaN must not reach the logits.
        gaps.streams["sound"]?.data = try #require(complete.streams["sound"]).data.filled(
            where: Tensor([false, true, false], shape: [3, 1, 1]), with: .nan)
        let logits = try #require(try model.forward(["three": gaps]).logits["three"])
        let whole = try #require(try model.forward(["three": complete]).logits["three"])
        #expect(try relativeDifference(logits.selected(axis: 0, [0]), whole.selected(axis: 0, [0])) < 1e-6)
        for (sample, absent) in [(1, Set(["sound", "table"])), (2, ["table"])] {
            var single = TaskInput(count: 1, streams: [:])
            for (name, stream) in complete.streams where !absent.contains(name) {
                single.streams[name] = StreamInput(
                    data: try stream.data.selected(axis: 0, [sample]),
                    mask: try stream.mask?.selected(axis: 0, [sample]))
            }
            let own = try #require(try model.forward(["three": single]).logits["three"])
            #expect(try relativeDifference(logits.selected(axis: 0, [sample]), own) < 1e-5)
        }
        try TwoTasks.loss(["three": logits]).backward()
        let gradient = try #require(try model.parameters.parameter("head.three.placeholder").gradient())
        #expect(try gradient.absolute().max().item() > 0)
        #expect(try model.parameters.gradients.isFinite().all())
    }

    @Test func aTaskOfOneStreamWithoutItGetsThePlaceholder() throws {
        let model = try TwoTasks.model([TwoTasks.alone, TwoTasks.pair], sharing: .all, learnsPlaceholders: true)
        var alone = try TwoTasks.input(TwoTasks.alone, samples: 2)
        alone.streams["table"]?.present = [false, true]
        let logits = try #require(try model.forward(["alone": alone]).logits["alone"])
        #expect(try logits.isFinite().all())
        // All samples of one task may lack every modality while another task in the step has some.
        let step = ["alone": TaskInput(count: 2, streams: [:]), "pair": try TwoTasks.input(TwoTasks.pair, samples: 1)]
        let other = try #require(try model.forward(step).logits["alone"])
        #expect(try relativeDifference(other.selected(axis: 0, [1]), logits.selected(axis: 0, [0])) < 1e-6)
    }

    @Test func nothingAtAllIsAnError() throws {
        let model = try TwoTasks.model(learnsPlaceholders: true)
        let error = #expect(throws: ModelError.self) {
            try model.forward(["three": TaskInput(count: 2, streams: [:])])
        }
        #expect(error?.description == "no sample of the step has any modality")
    }
}
