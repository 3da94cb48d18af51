import HighMMT
import Testing
import Torch

/// Invalid models and inputs give one-line errors that name the culprit.
@Suite struct MistakeTests {
    private func mistake(_ body: () throws -> Void) throws -> String {
        let error = #expect(throws: ModelError.self) { try body() }
        let text = try #require(error).description
        #expect(!text.contains("\n"))
        return text
    }

    @Test func namesThatAreGivenTwice() throws {
        #expect(
            try mistake { _ = try TwoTasks.model([TwoTasks.pair, TwoTasks.pair]) }.contains(
                "task 'pair' is named twice"))
        var twice = TwoTasks.pair
        twice.modalities = [TwoTasks.sound, TwoTasks.image, TwoTasks.sound]
        #expect(
            try mistake { _ = try TwoTasks.model([twice], sharing: .all) }
                .contains("task 'pair' has modality 'sound' twice"))
        let order = ["image", "sound", "sound"]
        #expect(
            try mistake {
                _ = try HighMMTModel(TwoTasks.configuration(), tasks: [TwoTasks.pair], identityNames: order)
            }.contains("once"))
    }

    @Test func sizesThatAreNone() throws {
        let changes: [(String, (inout ModelConfiguration) -> Void)] = [
            ("latents is 0", { $0.latents = 0 }), ("width is -1", { $0.width = -1 }),
            ("depth is -1", { $0.depth = -1 }),
            ("crossmodal depth is -1", { $0.crossmodalDepth = -1 }), ("head width is 0", { $0.headWidth = 0 }),
            ("encoder cross heads is 0", { $0.encoder.cross = 0 }), ("expansion is 0", { $0.expansion = 0 }),
            ("identity width is 0", { $0.identity = .learned(width: 0) }), ("token width is 5", { $0.tokenWidth = 5 }),
            ("latents is \(Int.max)", { $0.latents = .max }), ("width is \(Int.max)", { $0.width = .max }),
            ("head width is \(Int.max)", { $0.headWidth = .max }), ("depth is \(Int.max)", { $0.depth = .max }),
            ("token width is \(Int.max)", { $0.tokenWidth = .max }),
            ("identity width is \(Int.max)", { $0.identity = .learned(width: .max) }),
        ]
        for (expected, change) in changes {
            var configuration = TwoTasks.configuration()
            change(&configuration)
            let text = try mistake { _ = try HighMMTModel(configuration, tasks: [TwoTasks.pair]) }
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test func tasksThatAreNone() throws {
        let changes: [(String, (inout TaskShape) -> Void)] = [
            ("task 'pair' has 0 outputs", { $0.outputs = 0 }), ("task 'pair' has no modality", { $0.modalities = [] }),
            ("'image' has 0 axes", { $0.modalities[0].axes = 0 }),
            ("'image' has 2 axes and 0 channels", { $0.modalities[0].channels = 0 }),
            ("'image' needs a positive maximum frequency", { $0.modalities[0].maxFrequency = 0 }),
            ("'image' needs a positive maximum frequency", { $0.modalities[0].maxFrequency = .nan }),
            ("'image' needs a positive maximum frequency", { $0.modalities[0].frequencyBase = 1 }),
            ("has \(Int.max) outputs", { $0.outputs = .max }),
            ("\(Int.max) axes", { $0.modalities[0].axes = .max }),
            ("\(Int.max) channels", { $0.modalities[0].channels = .max }),
            ("\(Int.max) frequency bands", { $0.modalities[0].frequencyBands = .max }),
        ]
        for (expected, change) in changes {
            var task = TwoTasks.pair
            change(&task)
            let text = try mistake { _ = try HighMMTModel(TwoTasks.configuration(), tasks: [task]) }
            #expect(text.contains(expected), "\(text)")
        }
        #expect(try mistake { _ = try HighMMTModel(TwoTasks.configuration(), tasks: []) } == "the model has no task")
    }

    @Test func groupsOfNothing() throws {
        let strangers = Sharing(encoders: ["pair/smell": 1], crossmodal: [:])
        #expect(
            try mistake { _ = try TwoTasks.model([TwoTasks.pair], sharing: strangers) }.contains("stream 'pair/smell'"))
        let reversed = Sharing(encoders: [:], crossmodal: ["pair/sound+image": 1])
        #expect(
            try mistake { _ = try TwoTasks.model([TwoTasks.pair], sharing: reversed) }
                .contains("pair 'pair/sound+image'"))
        let negative = Sharing(encoders: ["pair/image": -1], crossmodal: [:])
        #expect(
            try mistake { _ = try TwoTasks.model([TwoTasks.pair], sharing: negative) }.contains("'pair/image' is -1"))
    }

    @Test func inputsThatDoNotFit() throws {
        let model = try TwoTasks.model()
        let good = try TwoTasks.input(TwoTasks.pair, samples: 2)
        let data = try #require(good.streams["sound"]?.data)
        let changes: [(String, (inout TaskInput) throws -> Void)] = [
            ("stream pair/image has shape [2, 2, 3, 3]; expected 3 samples", { $0.count = 3 }),
            ("batch of task 'pair' is empty", { $0.count = 0 }),
            ("no modality 'smell'", { $0.streams["smell"] = StreamInput(data: data) }),
            ("stream pair/sound has shape [2, 35]", { $0.streams["sound"]?.data = try data.reshaped([2, 35]) }),
            (
                "stream pair/sound has shape [2, 5, 7]; expected 2 samples, 1 axes, and 5 channels",
                { $0.streams["sound"]?.data = try data.transposed(1, 2) }
            ),
            (
                "mask of stream pair/sound has shape [2, 6]; expected [2, 7]",
                { $0.streams["sound"]?.mask = try Tensor.full([2, 6], 1, dtype: .bool) }
            ),
            (
                "presence flags of stream pair/sound cover 1 samples; expected 2",
                { $0.streams["sound"]?.present = [true] }
            ),
        ]
        for (expected, change) in changes {
            var input = good
            try change(&input)
            let text = try mistake { _ = try model.forward(["pair": input]) }
            #expect(text.contains(expected), "\(text)")
        }
        #expect(try mistake { _ = try model.forward([:]) } == "the step has no task")
        #expect(
            try mistake { _ = try model.forward(["pear": good]) }
                == "the model has no task 'pear'; it has pair, three")
    }
}
