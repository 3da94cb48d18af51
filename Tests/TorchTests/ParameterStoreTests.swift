import Testing

@testable import Torch

@Suite struct ParameterStoreTests {
    private let declarations =
        ParameterDeclaration.linear("first.linear", inputs: 4, outputs: 3, bias: true)
        + ParameterDeclaration.linear("second.linear", inputs: 4, outputs: 3, bias: true)
        + ParameterDeclaration.layerNorm("norm", width: 5)
        + [ParameterDeclaration("latents", [2, 6], .normal)]
    private let aliases = ["second.linear.weight": "first.linear.weight"]

    private func mistake(_ body: () throws -> Void) throws -> String {
        let text = try #require(#expect(throws: TorchError.self) { try body() }).description
        #expect(!text.contains("\n"))
        return text
    }

    @Test func parametersStartAsDeclared() throws {
        let store = try ParameterStore(declarations, seed: 1)
        #expect(store.count == 15 + 15 + 10 + 12)
        #expect(store.paths.first == "first.linear.weight" && store.paths.last == "latents")
        #expect(try store.parameter("first.linear.weight").shape == [3, 4])
        #expect(try store.parameter("first.linear.weight").floats().allSatisfy { abs($0) <= 0.5 })
        #expect(try store.parameter("norm.weight").floats() == [1, 1, 1, 1, 1])
        #expect(try store.parameter("norm.bias").floats() == [0, 0, 0, 0, 0])
        #expect(try store.parameter("first.linear.bias").floats() != store.parameter("second.linear.bias").floats())
        // The order of declarations has no influence.
        let reversed = try ParameterStore(declarations.reversed(), seed: 1)
        for path in store.paths {
            #expect(try store.parameter(path).floats() == reversed.parameter(path).floats())
        }
    }

    @Test func aliasesAreTheParameterTheyShare() throws {
        let store = try ParameterStore(declarations, aliases: aliases, seed: 1)
        #expect(store.count == 52 - 12)
        #expect(!store.paths.contains("second.linear.weight"))
        let shared = try store.parameter("second.linear.weight")
        try store.parameter("first.linear.weight").overwrite(with: 3)
        #expect(try shared.floats().allSatisfy { $0 == 3 })
        let x = try Tensor.full([1, 4], 1)
        let y = try x.linear(store.parameter("first.linear.weight")) + x.linear(shared) * 2
        try y.sum().backward()
        #expect(try #require(try store.parameter("first.linear.weight").gradient()).floats().allSatisfy { $0 == 3 })
        #expect(try store.ranges(of: ["second.linear.weight"]) == [0..<12])
        try store.clearGradients()
        #expect(try store.gradients.floats().allSatisfy { $0 == 0 })
    }

    @Test func neighboursAreOneRange() throws {
        let store = try ParameterStore(declarations, seed: 1)
        #expect(try store.ranges(of: store.paths) == [0..<52])
        #expect(try store.ranges(of: ["latents", "first.linear.weight", "first.linear.bias"]) == [0..<15, 40..<52])
        #expect(try store.ranges(of: [String]()) == [])
        #expect(try mistake { _ = try store.ranges(of: ["third"]) }.contains("'third'"))
        #expect(try mistake { _ = try store.parameter("third") }.contains("'third'"))
    }

    /// Fitted values belong to the state of a model, but no optimiser or average touches them.
    @Test func fittedParametersAreNotTrained() throws {
        let fitted = [ParameterDeclaration.fitted("fit", [2, 3], .ones)]
        let store = try ParameterStore(fitted + declarations, seed: 1)
        #expect(store.count == 52 && store.values.count == 52 && store.gradients.count == 52)
        #expect(store.fittedValues.count == 6 && store.state.count == 8)
        #expect(Set(store.paths) == Set(store.trainedPaths + ["fit"]) && !store.trainedPaths.contains("fit"))
        #expect(try store.ranges(of: store.paths) == [0..<52] && store.ranges(of: ["fit"]) == [])

        let average = try ParameterAverage(of: store, decay: 0.5)
        let optimiser = try Adam(store, settings: Adam.Settings(learningRate: 0.1, weightDecay: 0.1))
        try store.gradients.overwrite(with: 1)
        try optimiser.step()
        try average.update(step: 0)
        #expect(try store.parameter("fit").floats() == [1, 1, 1, 1, 1, 1])
        #expect(Set(optimiser.stepCounts.keys) == Set(store.trainedPaths))

        let other = try ParameterStore(declarations + fitted, seed: 2)
        try store.load(["fit": Tensor.full([2, 3], 4)], complete: false)
        try other.load(store.state)
        #expect(try other.fittedValues.floats() == [4, 4, 4, 4, 4, 4])
        #expect(try other.values.floats() == store.values.floats())
    }

    @Test func declarationsThatDoNotFit() throws {
        let twice = declarations + [ParameterDeclaration("latents", [1], .zeros)]
        #expect(try mistake { _ = try ParameterStore(twice, seed: 0) }.contains("'latents' is declared twice"))
        for wrong in [
            ["norm.weight": "first.linear.bias"], ["norm.weight": "nothing"], ["nothing": "norm.weight"],
            ["norm.weight": "norm.bias", "norm.bias": "norm.weight"],
        ] {
            #expect(
                try mistake { _ = try ParameterStore(declarations, aliases: wrong, seed: 0) }.contains("cannot share"))
        }
        for shape in [[-1], [1 << 40, 1 << 40]] {
            let absurd = [ParameterDeclaration("absurd", shape, .zeros)]
            #expect(try mistake { _ = try ParameterStore(absurd, seed: 0) }.contains("'absurd'"))
        }
        let many = (0..<8).map { ParameterDeclaration("p\($0)", [1 << 60], .zeros) }
        #expect(throws: TorchError.self) { try ParameterStore(many, seed: 0) }
    }

    @Test func whatDoesNotFitIsNotLoaded() throws {
        let store = try ParameterStore(declarations, aliases: aliases, seed: 1)
        let before = try store.values.bytes()
        var state = try store.state.mapValues { try $0.detached() * 2 }
        state["norm.bias"] = try Tensor.zeros([6])
        let shape = try mistake { try store.load(state) }
        #expect(shape.contains("'norm.bias'") && shape.contains("[6]") && shape.contains("[5]"))
        state["norm.bias"] = nil
        #expect(try mistake { try store.load(state) }.contains("'norm.bias' is missing"))
        state["norm.bias"] = try Tensor.zeros([5])
        state["norm.bais"] = try Tensor.zeros([5])
        #expect(try mistake { try store.load(state) }.contains("no parameter 'norm.bais'"))
        #expect(try store.values.bytes() == before)
        state["norm.bais"] = nil
        try store.load(state)
        #expect(try store.parameter("norm.weight").floats() == [2, 2, 2, 2, 2])
        try store.load(["second.linear.weight": Tensor.full([3, 4], 7, dtype: .float64)], complete: false)
        #expect(try store.parameter("first.linear.weight").floats().allSatisfy { $0 == 7 })
    }
}
