import HighMMT
import Numerics
import Testing
import Torch

/// Fused and composed arithmetic compute the same function.
@Suite struct ArithmeticTests {
    @Test(arguments: [1, 2, 3], [false, true])
    func bothWaysAgree(depth: Int, isMasked: Bool) throws {
        let tasks = [TwoTasks.pair, TwoTasks.three, TwoTasks.alone]
        let masked: Set<String> = isMasked ? ["image", "sound", "notes"] : []
        let inputs = [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 3, masked: masked),
            "three": try TwoTasks.input(TwoTasks.three, samples: 7, masked: masked),
            "alone": try TwoTasks.input(TwoTasks.alone, samples: 1, masked: masked),
        ]
        let models = try Arithmetic.allCases.map { try TwoTasks.model(tasks, depth: depth, arithmetic: $0) }
        let outputs = try models.map { try $0.forward(inputs) }
        for task in tasks {
            let logits = try outputs.map { try #require($0.logits[task.name]) }
            #expect(try relativeDifference(logits[0], logits[1]) < 2e-5, "logits of \(task.name)")
        }
        for (stream, latents) in outputs[1].latents {
            let others = try #require(outputs[0].latents[stream]).tensor()
            #expect(try relativeDifference(others, latents.tensor()) < 2e-5, "latents of \(stream)")
        }
        for output in outputs { try TwoTasks.loss(output.logits).backward() }
        let largest = try models[1].parameters.gradients.doubles().map(abs).max() ?? 0
        #expect(largest.isFinite && largest > 0)
        for path in models[1].parameters.paths {
            let gradients = try models.map { try #require(try $0.parameters.parameter(path).gradient()) }
            let difference = try (gradients[0] - gradients[1]).absolute().max().item()
            let own = try gradients[1].absolute().max().item()
            #expect(own > 0, "no gradient reaches \(path)")
            // The tolerance of a nearly cancelling gradient is relative to the largest gradient.
            #expect(difference < 2e-4 * max(own, 1e-3 * largest), "gradient of \(path)")
        }
    }

    /// Tokens of a set without identity are their data, so that nothing else is normalised with
    /// them.
    @Test func tokensWithoutPositionAndIdentityAreNormalisedAlike() throws {
        let set = ModalityShape(name: "set", axes: 1, channels: 5, hasPositions: false)
        let configuration = ModelConfiguration(
            latents: 3, width: 8, encoder: .init(cross: 1, latent: 2), crossmodal: .init(cross: 1, latent: 2),
            headWidth: 4, identity: .none)
        var random = RandomSource(seed: 6)
        // Far from zero, where the mean would count.
        let data = try random.normalTensor([4, 7, 5]) + 3
        let logits = try Arithmetic.allCases.map { arithmetic in
            let model = try HighMMTModel(
                configuration, tasks: [TaskShape(name: "t", modalities: [set], outputs: 2)], seed: 1, device: .cpu,
                arithmetic: arithmetic)
            let input = TaskInput(count: 4, streams: ["set": StreamInput(data: data)])
            return try #require(withoutGradients { try model.forward(["t": input]).logits["t"] })
        }
        for other in logits.dropFirst() { #expect(try relativeDifference(logits[0], other) < 2e-5) }
    }

    /// The values of invalid tokens have no influence, however large they are.
    @Test(arguments: Arithmetic.allCases, [1, 2])
    func tokensThatAreNotValidHaveNoInfluence(arithmetic: Arithmetic, depth: Int) throws {
        let model = try TwoTasks.model(depth: depth, arithmetic: arithmetic)
        func logits(_ filler: Double) throws -> [[Float]] {
            var inputs = [
                "pair": try TwoTasks.input(TwoTasks.pair, samples: 4),
                "three": try TwoTasks.input(TwoTasks.three, samples: 2),
            ]
            for (task, input) in inputs {
                for (modality, stream) in input.streams {
                    guard let mask = stream.mask else { continue }
                    let invalid = try mask.logicalNot().reshaped(mask.shape + [1])
                    #expect(try mask.logicalNot().to(dtype: .float32).sum().item() > 0)
                    inputs[task]?.streams[modality]?.data = try stream.data.filled(where: invalid, with: filler)
                }
            }
            return try model.forward(inputs).logits.sorted { $0.key < $1.key }.map { try $0.value.floats() }
        }
        let reference = try logits(0)
        #expect(try logits(-7.5) == reference)
        #expect(try logits(1e6) == reference)
    }

    /// The order of tokens matters, except in a set, whose elements have no positions.
    @Test(arguments: Arithmetic.allCases)
    func onlyTheOrderOfASetDoesNotMatter(arithmetic: Arithmetic) throws {
        let model = try TwoTasks.model(arithmetic: arithmetic)
        var input = try TwoTasks.input(TwoTasks.three, samples: 2, masked: [])
        func logits() throws -> Tensor { try #require(try model.forward(["three": input]).logits["three"]) }
        let reference = try logits()
        let notes = try #require(input.streams["notes"])
        input.streams["notes"]?.data = try notes.data.selected(axis: 1, [2, 0, 3, 1])
        #expect(try relativeDifference(logits(), reference) < 1e-5)
        let sound = try #require(input.streams["sound"])
        input.streams["sound"]?.data = try sound.data.selected(axis: 1, [4, 3, 2, 1, 0])
        #expect(try relativeDifference(logits(), reference) > 1e-3)
    }
}
