import HighMMT
import Numerics
import Testing
import Torch

@testable import Baselines

@Suite struct PriorMethodTests {
    /// The width of the features that each method's paper describes, for four modalities.
    @Test(arguments: PriorMethod.allCases)
    func shapes(method: PriorMethod) throws {
        let model = try SmallTasks.model(method)
        let tasks = SmallTasks.tasks(of: method)
        let inputs = try Dictionary(
            uniqueKeysWithValues: tasks.map { ($0.name, try SmallTasks.input($0, samples: 5, hasGaps: true)) })
        let output = try model.forward(inputs)
        for task in tasks {
            // MulT concatenates, for each modality, as many crossmodal results as there are others.
            let (count, width) = (task.modalities.count, SmallTasks.width)
            let expected = method == .multimodalTransformer ? count * max(1, count - 1) * width : width
            #expect(output.features[task.name]?.shape == [5, expected])
            #expect(output.logits[task.name]?.shape == [5, task.outputs])
            #expect(try output.logits[task.name]?.isFinite().all() == true)
        }
    }

    @Test(arguments: PriorMethod.allCases)
    func gradientsReachAllParameters(method: PriorMethod) throws {
        let model = try SmallTasks.model(method)
        for task in SmallTasks.tasks(of: method) {
            try model.parameters.clearGradients()
            let output = try model.forward(
                [task.name: SmallTasks.input(task, samples: 6)], dropout: nil, latentDropout: nil, headsOnly: true)
            let targets = try Tensor((0..<6).map { Int64($0 % task.outputs) }, shape: [6])
            try #require(output.logits[task.name]).crossEntropy(targets).backward()
            let own = Set(model.parameterPaths(of: [task.name]))
            for path in model.parameters.paths {
                let range = try model.parameters.ranges(of: [path])[0]
                let gradient = try model.parameters.gradients.narrowed(
                    axis: 0, start: range.lowerBound, length: range.count)
                let size = try gradient.absolute().max().item()
                #expect(own.contains(path) == (size > 0), "\(path)")
            }
        }
    }

    @Test(arguments: PriorMethod.allCases)
    func aSmallSetIsOverfitted(method: PriorMethod) throws {
        let task = method == .unimodal ? SmallTasks.alone : SmallTasks.all
        let model = try SmallTasks.model(method, tasks: [task])
        let input = [task.name: try SmallTasks.input(task, samples: 12, hasGaps: method != .unimodal)]
        // Random labels: only a model that tells the samples apart can learn them.
        var random = RandomSource(seed: 3, purpose: "labels")
        let labels = (0..<12).map { _ in Int64(random.next() % UInt64(task.outputs)) }
        let targets = try Tensor(labels, shape: [12])
        let adam = try Adam(model.parameters, settings: .init(learningRate: 0.01))
        var loss = Double.infinity
        for _ in 0..<200 {
            try model.parameters.clearGradients()
            let logits = try #require(try model.forward(input).logits[task.name])
            let mean = try logits.crossEntropy(targets)
            loss = try mean.item()
            if loss < 0.02 { break }
            try mean.backward()
            try adam.step(model.parameterPaths(of: [task.name]))
        }
        #expect(loss < 0.02)
    }

    /// Neither invalid tokens nor absent modalities may contribute, whatever the file holds there.
    @Test(arguments: PriorMethod.allCases.filter { $0 != .unimodal })
    func whatIsMissingIsIgnored(method: PriorMethod) throws {
        let model = try SmallTasks.model(method)
        var input = try SmallTasks.input(SmallTasks.all, samples: 6, hasGaps: true)
        let before = try model.forward(["all": input]).logits["all"]?.floats()
        var sound = try #require(input.streams["sound"])
        let invalid = try #require(sound.mask).logicalNot().reshaped([6, 6, 1])
        sound.data = try sound.data.filled(where: invalid, with: 50)
        input.streams["sound"] = sound
        var image = try #require(input.streams["image"])
        let absent = try Tensor((0..<6).map { $0 % 3 == 0 }, shape: [6, 1, 1, 1])
        image.data = try image.data.filled(where: absent, with: -50)
        input.streams["image"] = image
        let after = try model.forward(["all": input]).logits["all"]?.floats()
        #expect(before == after)
        input.streams["image"] = nil
        #expect(try model.forward(["all": input]).logits["all"]?.floats() != before)
    }

    /// The convolutions read a series of four steps alike, however long the longest series is.
    @Test func paddingDoesNotDiluteConvolutions() throws {
        var random = RandomSource(seed: 8)
        let steps = try random.normalTensor([2, 4, 3])
        func vector(padding: Int) throws -> [Float] {
            let modality = ModalityShape(name: "a", identity: "a", axes: 1, channels: 3)
            let stream = EncodedStream(modality: modality, axes: [4 + padding], width: 6)
            let parameters = try ParameterStore(ConvolutionalEncoder.declarations("e", stream), seed: 1)
            let encoder = try ConvolutionalEncoder("e", stream, in: parameters)
            let data = try Tensor.concatenated([steps, Tensor.zeros([2, padding, 3])], axis: 1)
            let mask = try Tensor.concatenated([Tensor.full([2, 4], 1), Tensor.zeros([2, padding])], axis: 1)
            return try withoutGradients { try encoder(data, mask: mask).floats() }
        }
        let (short, long) = (try vector(padding: 4), try vector(padding: 60))
        #expect(zip(short, long).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    /// The product of [h; 1] with the full tensor that the factors span.
    @Test func lowRankFusionIsAProductWithATensor() throws {
        let task = TaskShape(name: "all", modalities: Array(SmallTasks.modalities[1...2]), outputs: 2)
        let model = try SmallTasks.model(.lowRankFusion, tasks: [task])
        let input = try SmallTasks.input(task, samples: 4)
        func values(_ path: String) throws -> [Double] { try model.parameters.parameter(path).detached().doubles() }
        // The vectors of the modalities, from a model whose factors select them: with late fusion
        // of the same paths they are the same.
        let features = try #require(try model.forward(["all": input]).features["all"]).doubles()
        let (first, second) = (try values("network.all.factor.notes"), try values("network.all.factor.sound"))
        let (weights, bias) = (try values("network.all.rank_weights"), try values("network.all.bias"))
        let vectors = try ["notes", "sound"].map { name in try Self.vectors(model, input, name) }
        let (width, rank) = (SmallTasks.width, 3)
        for sample in 0..<4 {
            let h = vectors.map { Array($0[(sample * width)..<((sample + 1) * width)]) + [1] }
            for output in 0..<width {
                var sum = bias[output]
                for i in 0...width {
                    for j in 0...width {
                        // The entry of the tensor of order 3.
                        let entry = (0..<rank).reduce(0.0) { total, r in
                            total + weights[r] * first[(r * (width + 1) + i) * width + output]
                                * second[(r * (width + 1) + j) * width + output]
                        }
                        sum += entry * h[0][i] * h[1][j]
                    }
                }
                #expect(abs(sum - features[sample * width + output]) < 1e-4)
            }
        }
    }

    /// Returns the vectors of one modality: with the factor of the other set to select its constant
    /// 1, and the own factor to the identity, the fused result is the vector.
    private static func vectors(_ model: BaselineModel, _ input: TaskInput, _ name: String) throws -> [Double] {
        let before = try model.parameters.state.mapValues { try $0.detached().cloned() }
        defer { try? model.parameters.load(before) }
        let (width, rank) = (SmallTasks.width, 3)
        var identity = [Float](repeating: 0, count: rank * (width + 1) * width)
        var constant = identity
        for r in 0..<rank {
            for column in 0..<width {
                identity[(r * (width + 1) + column) * width + column] = 1
                constant[(r * (width + 1) + width) * width + column] = 1
            }
        }
        let shape = [rank, width + 1, width]
        let other = name == "notes" ? "sound" : "notes"
        try model.parameters.load(
            [
                "network.all.factor.\(name)": Tensor(identity, shape: shape),
                "network.all.factor.\(other)": Tensor(constant, shape: shape),
                "network.all.rank_weights": Tensor([1, 0, 0] as [Float], shape: [rank, 1]),
                "network.all.bias": Tensor.zeros([width]),
            ], complete: false)
        return try model.forward(["all": input]).features["all"]?.doubles() ?? []
    }

    @Test func modelsThatDoNotFitAreRejected() throws {
        #expect { try SmallTasks.model(.unimodal, tasks: [SmallTasks.all]) } throws: {
            "\($0)".contains("4 modalities")
        }
        let unknown = TaskShape(name: "other", modalities: SmallTasks.modalities, outputs: 2)
        #expect { try SmallTasks.model(.lateFusion, tasks: [unknown]) } throws: { "\($0)".contains("other/image") }
    }
}
