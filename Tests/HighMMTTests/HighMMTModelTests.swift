import Testing
import Torch

@testable import HighMMT

@Suite struct HighMMTModelTests {
    @Test(arguments: Arithmetic.allCases)
    func shapesAreTheDocumentedOnes(arithmetic: Arithmetic) throws {
        let model = try TwoTasks.model(
            [TwoTasks.pair, TwoTasks.three, TwoTasks.alone], depth: 2, arithmetic: arithmetic)
        let output = try model.forward([
            "pair": TwoTasks.input(TwoTasks.pair, samples: 3), "three": TwoTasks.input(TwoTasks.three, samples: 2),
            "alone": TwoTasks.input(TwoTasks.alone, samples: 4),
        ])
        #expect(output.logits.mapValues(\.shape) == ["pair": [3, 3], "three": [2, 2], "alone": [4, 4]])
        #expect(
            try Dictionary(
                uniqueKeysWithValues: output.latents.map { ($0.key.description, try $0.value.tensor().shape) }) == [
                    "pair/image": [3, 5, 13], "pair/sound": [3, 5, 13], "three/notes": [2, 5, 13],
                    "three/sound": [2, 5, 13],
                    "three/table": [2, 5, 13], "alone/table": [4, 5, 13],
                ])
        // The image is the widest modality: 3 channels, two axes of 2 · 2 + 1, an identity of 4.
        #expect(TwoTasks.image.inputWidth == 13)
        #expect(TwoTasks.notes.inputWidth == 9)
        #expect(model.tokenWidth == 17)
    }

    /// One stacked call per group gives the same logits and gradients as running the tasks one by
    /// one.
    @Test(arguments: Arithmetic.allCases, [1, 2])
    func aPlanIsTheTasksOneByOne(arithmetic: Arithmetic, depth: Int) throws {
        let tasks = [TwoTasks.pair, TwoTasks.three, TwoTasks.alone]
        let inputs = [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 3),
            "three": try TwoTasks.input(TwoTasks.three, samples: 2),
            "alone": try TwoTasks.input(TwoTasks.alone, samples: 4),
        ]
        let together = try TwoTasks.model(tasks, depth: depth, arithmetic: arithmetic)
        let single = try TwoTasks.model(tasks, depth: depth, arithmetic: arithmetic)
        let logits = try together.forward(inputs).logits
        try TwoTasks.loss(logits).backward()
        for (name, input) in inputs {
            let own = try single.forward([name: input]).logits
            #expect(own.keys.sorted() == [name])
            #expect(try relativeDifference(#require(logits[name]), #require(own[name])) < 1e-5)
            try TwoTasks.loss(own).backward()
        }
        #expect(try relativeDifference(together.parameters.gradients, single.parameters.gradients) < 1e-4)
    }

    /// Samples are independent of each other.
    @Test(arguments: Arithmetic.allCases)
    func theOrderOfSamplesDoesNotMatter(arithmetic: Arithmetic) throws {
        let model = try TwoTasks.model(arithmetic: arithmetic)
        let input = try TwoTasks.input(TwoTasks.three, samples: 5)
        let order = [3, 0, 4, 1, 2]
        var shuffled = input
        for (name, stream) in input.streams {
            shuffled.streams[name] = StreamInput(
                data: try stream.data.selected(axis: 0, order), mask: try stream.mask?.selected(axis: 0, order))
        }
        let expected = try #require(try model.forward(["three": input]).logits["three"]).selected(axis: 0, order)
        let found = try #require(try model.forward(["three": shuffled]).logits["three"])
        #expect(try relativeDifference(found, expected) < 1e-6)
    }

    @Test func theSeedAndThePathDecideHowAParameterStarts() throws {
        let tasks = [TwoTasks.pair, TwoTasks.three]
        let configuration = TwoTasks.configuration()
        let both = try HighMMTModel(configuration, tasks: tasks, seed: 8)
        let one = try HighMMTModel(configuration, tasks: [TwoTasks.pair], seed: 8, identityNames: both.identityNames)
        let other = try HighMMTModel(configuration, tasks: tasks, seed: 9)
        // The widest modality belongs to the first task, so both models have the same token width.
        #expect(one.tokenWidth == both.tokenWidth)
        for path in one.parameters.paths {
            let value = try one.parameters.parameter(path).floats()
            #expect(try both.parameters.parameter(path).floats() == value)
            let isConstant = Set(value).count == 1
            #expect(try isConstant || other.parameters.parameter(path).floats() != value, "\(path)")
        }
    }

    /// The public implementation has 527602 parameters for the four tasks of the large setting,
    /// where both text modalities share an identity.
    @Test func theLargeSettingHasThePublishedSize() throws {
        func tasks(sharingTexts: Bool) -> [TaskShape] {
            func shape(_ task: String, _ name: String, _ axes: Int, _ channels: Int) -> ModalityShape {
                ModalityShape(
                    name: name, identity: sharingTexts && name == "text" ? "text" : "\(task)/\(name)", axes: axes,
                    channels: channels, frequencyBands: axes > 1 || channels == 1 ? 6 : 3)
            }
            return [
                ("mimic", 2, [("static", 1, 1), ("timeseries", 2, 1)]),
                ("avmnist", 10, [("image", 2, 16), ("audio", 2, 256)]),
                ("mosei", 2, [("vision", 1, 35), ("sound", 1, 74), ("text", 1, 300)]),
                ("humor", 2, [("vision", 1, 371), ("sound", 1, 81), ("text", 1, 300)]),
            ].map { task, outputs, streams in
                TaskShape(name: task, modalities: streams.map { shape(task, $0.0, $0.1, $0.2) }, outputs: outputs)
            }
        }
        let shared = try HighMMTModel(.large, tasks: tasks(sharingTexts: true))
        #expect(shared.parameters.count == 527_602)
        #expect(try HighMMTModel(.large, tasks: tasks(sharingTexts: false)).parameters.count == 527_612)
    }

    @Test func groupsHaveParametersOfTheirOwn() throws {
        let tasks = [TwoTasks.pair, TwoTasks.three]
        func count(_ sharing: Sharing) throws -> (all: Int, encoders: Int, crossmodal: Int) {
            let parameters = try HighMMTModel(TwoTasks.configuration(depth: 2), tasks: tasks, sharing: sharing)
                .parameters
            func sum(_ prefix: String) throws -> Int {
                try parameters.paths.filter { $0.hasPrefix(prefix) }.reduce(0) { try $0 + parameters.count(of: $1) }
            }
            return (parameters.count, try sum("encoder."), try sum("crossmodal."))
        }
        let shared = try count(.all)
        let separate = try count(.none(tasks))
        // There are five streams. The tasks have one and three unordered pairs.
        #expect(separate.encoders == 5 * shared.encoders)
        #expect(separate.crossmodal == 4 * shared.crossmodal)
        #expect(separate.all - shared.all == 4 * shared.encoders + 3 * shared.crossmodal)
        let grouped = try count(TwoTasks.groups)
        #expect(grouped.encoders == 3 * shared.encoders && grouped.crossmodal == 3 * shared.crossmodal)
    }

    /// Groups with equal parameters compute the same as a single shared group.
    @Test func equalGroupsAreOneGroup() throws {
        let tasks = [TwoTasks.pair, TwoTasks.three]
        let shared = try TwoTasks.model(tasks, depth: 2, sharing: .all)
        let separate = try TwoTasks.model(tasks, depth: 2, sharing: .none(tasks))
        var state: [String: Tensor] = [:]
        for path in separate.parameters.paths {
            var parts = path.split(separator: ".").map(String.init)
            if ["encoder", "crossmodal"].contains(parts[0]) { parts[1] = "0" }
            state[path] = try shared.parameters.parameter(parts.joined(separator: "."))
        }
        try separate.parameters.load(state)
        let inputs = [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 3),
            "three": try TwoTasks.input(TwoTasks.three, samples: 2),
        ]
        let (one, many) = (try shared.forward(inputs).logits, try separate.forward(inputs).logits)
        for task in tasks {
            #expect(try relativeDifference(#require(many[task.name]), #require(one[task.name])) < 1e-5)
        }
    }

    /// Modalities with the same identity share one vector. One-hot identities have no parameters.
    @Test func identitiesAreShared() throws {
        let tasks = [TwoTasks.pair, TwoTasks.three]
        var configuration = TwoTasks.configuration()
        let model = try HighMMTModel(configuration, tasks: tasks)
        #expect(model.identityNames == ["image", "notes", "sound", "table"])
        #expect(
            model.parameters.paths.filter { $0.hasPrefix("identity.") }
                == ["identity.image", "identity.notes", "identity.sound", "identity.table"])
        configuration.identity = .oneHot
        let fixed = try HighMMTModel(configuration, tasks: tasks)
        #expect(fixed.parameters.paths.allSatisfy { !$0.hasPrefix("identity.") })
        #expect(fixed.tokenWidth == 13 + 4)
        // The sound modalities of both tasks train the same vector.
        for task in tasks {
            try model.parameters.clearGradients()
            let logits = try model.forward([task.name: TwoTasks.input(task, samples: 2)]).logits
            try TwoTasks.loss(logits).backward()
            let gradient = try #require(try model.parameters.parameter("identity.sound").gradient())
            #expect(try gradient.absolute().max().item() > 0)
        }
    }

    /// A step updates only the parameters that its tasks use.
    @Test func aStepInvolvesTheParametersOfItsTasks() throws {
        let model = try TwoTasks.model()
        let paths = model.parameterPaths(of: ["pair"])
        for prefix in ["identity.image", "identity.sound", "encoder.2.", "encoder.0.", "crossmodal.3.", "head.pair."] {
            #expect(paths.contains { $0.hasPrefix(prefix) }, "\(prefix)")
        }
        for prefix in [
            "identity.notes", "identity.table", "encoder.1.", "crossmodal.0.", "crossmodal.1.", "head.three.",
        ] {
            #expect(!paths.contains { $0.hasPrefix(prefix) }, "\(prefix)")
        }
        try TwoTasks.loss(model.forward(["pair": TwoTasks.input(TwoTasks.pair, samples: 2)]).logits).backward()
        for path in model.parameters.paths {
            let gradient = try #require(try model.parameters.parameter(path).gradient())
            #expect(try (gradient.absolute().max().item() > 0) == paths.contains(path), "\(path)")
        }
    }

    /// Layers after the second share its cross-attention and the feed-forward block behind it, but
    /// not its self-attention.
    @Test func tiedLayersShareParameters() throws {
        let parameters = try HighMMTModel(TwoTasks.configuration(depth: 4), tasks: [TwoTasks.pair]).parameters
        let alias = "encoder.0.layer.3.cross_attention.query.weight"
        #expect(parameters.aliases[alias] == "encoder.0.layer.1.cross_attention.query.weight")
        #expect(parameters.paths.contains("encoder.0.layer.3.self_attention.query.weight"))
        #expect(!parameters.paths.contains(alias))
        #expect(parameters.paths.contains("crossmodal.0.layer.3.self_feed_forward.expand.bias"))
        var untied = TwoTasks.configuration(depth: 4)
        untied.tiesLayers = false
        #expect(try HighMMTModel(untied, tasks: [TwoTasks.pair]).parameters.aliases.isEmpty)
    }
}
