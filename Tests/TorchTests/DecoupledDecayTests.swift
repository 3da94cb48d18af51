import Testing
import Torch

@Suite struct DecoupledDecayTests {
    private func store() throws -> ParameterStore {
        try ParameterStore(
            ParameterDeclaration.linear("a.linear", inputs: 3, outputs: 2, bias: true)
                + ParameterDeclaration.layerNorm("a.norm", width: 3)
                + [ParameterDeclaration("a.latents", [2, 2], .normal)]
                + ParameterDeclaration.linear("b.linear", inputs: 2, outputs: 2, bias: false), seed: 1)
    }

    @Test func onlyMatricesOfTheStepDecay() throws {
        let store = try store()
        let before = try store.state.mapValues { try $0.floats() }
        try DecoupledDecay(store, decay: 0.5).step(
            ["a.linear.weight", "a.linear.bias", "a.norm.weight", "a.latents"], learningRate: 0.1)
        for (path, values) in before {
            let expected = path == "a.linear.weight" ? values.map { $0 * Float(0.95) } : values
            let now = try store.parameter(path).floats()
            #expect(zip(now, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(path)")
        }
    }

    @Test func gradientsAreScaledDownToTheLimit() throws {
        let store = try store()
        try store.gradients.overwrite(with: 3)
        let norm = 3 * Double(store.count).squareRoot()
        try GradientClipping.apply(store, limit: norm * 2)
        #expect(try store.gradients.floats().allSatisfy { $0 == 3 })
        try GradientClipping.apply(store, limit: 1)
        #expect(abs(try store.gradients.squared().sum().item() - 1) < 1e-5)
    }
}
