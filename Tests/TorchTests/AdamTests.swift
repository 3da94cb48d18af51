import Numerics
import Testing

@testable import Torch

/// Expected values: the algorithm of the paper (Kingma & Ba 2015) in double precision, with random
/// gradients.
@Suite struct AdamTests {
    private struct Reference {
        var value: [Double]
        var first: [Double]
        var second: [Double]
        var step = 0

        init(_ value: [Float]) {
            self.value = value.map(Double.init)
            first = value.map { _ in 0 }
            second = first
        }

        mutating func update(_ gradient: [Float], _ settings: Adam.Settings) {
            step += 1
            for index in value.indices {
                let g = Double(gradient[index]) + settings.weightDecay * value[index]
                first[index] = settings.beta1 * first[index] + (1 - settings.beta1) * g
                second[index] = settings.beta2 * second[index] + (1 - settings.beta2) * g * g
                let meanHat = first[index] / (1 - power(settings.beta1, step))
                let squareHat = second[index] / (1 - power(settings.beta2, step))
                value[index] -= settings.learningRate * meanHat / (squareHat.squareRoot() + settings.epsilon)
            }
        }

        private func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { x, _ in x * base } }
    }

    private func store() throws -> ParameterStore {
        try ParameterStore(
            [
                ParameterDeclaration("a", [3], .normal), ParameterDeclaration("b", [2, 5], .normal),
                ParameterDeclaration("c", [1], .normal), ParameterDeclaration("d", [33], .normal),
            ], seed: 2)
    }

    @Test(arguments: [
        Adam.Settings(learningRate: 0.01), Adam.Settings(learningRate: 0.03, weightDecay: 0.2),
        Adam.Settings(learningRate: 0.002, weightDecay: 1e-3, beta1: 0.8, beta2: 0.95, epsilon: 1e-3),
    ])
    func theLoopOfThePaper(settings: Adam.Settings) throws {
        let store = try store()
        let optimiser = try Adam(store, settings: settings)
        var references = try store.paths.reduce(into: [String: Reference]()) {
            $0[$1] = Reference(try store.parameter($1).floats())
        }
        var random = RandomSource(seed: 9)
        for step in 0..<25 {
            // Some parameters skip some steps, so step counts differ and ranges have gaps.
            let involved = [["a", "b", "c", "d"], ["a", "c", "d"], ["b"], ["d", "a"]][step % 4]
            try store.gradients.overwrite(with: random.normalTensor([store.count]))
            for path in involved {
                let gradient = try #require(try store.parameter(path).gradient()).floats()
                references[path]?.update(gradient, settings)
            }
            try optimiser.step(step % 4 == 0 ? nil : involved)
        }
        for path in store.paths {
            let reference = try #require(references[path])
            let found = try store.parameter(path).doubles()
            for (value, expected) in zip(found, reference.value) {
                #expect(abs(value - expected) < 2e-6 * max(1, abs(expected)))
            }
            #expect(optimiser.stepCounts[path] == reference.step)
        }
    }

    /// Parameters that skip a step keep their exact values and moments.
    @Test func whatRestsKeepsEveryBit() throws {
        let store = try store()
        let optimiser = try Adam(store, settings: .init(learningRate: 0.1, weightDecay: 0.1))
        try store.gradients.overwrite(with: 1)
        try optimiser.step()
        let before = (try store.parameter("b").floats(), try store.parameter("d").floats())
        let moments = try optimiser.firstMoments.floats()
        try optimiser.step(["a", "c"])
        #expect(try store.parameter("b").floats() == before.0 && store.parameter("d").floats() == before.1)
        #expect(try Array(optimiser.firstMoments.floats()[3..<13]) == Array(moments[3..<13]))
        #expect(optimiser.stepCounts == ["a": 2, "b": 1, "c": 2, "d": 1])
    }

    @Test func anUnknownParameterChangesNothing() throws {
        let store = try store()
        let optimiser = try Adam(store, settings: .init(learningRate: 0.1))
        try store.gradients.overwrite(with: 1)
        let before = try store.values.floats()
        let error = #expect(throws: TorchError.self) { try optimiser.step(["a", "z"]) }
        #expect(error?.description.contains("'z'") == true)
        #expect(try store.values.floats() == before)
        #expect(optimiser.stepCounts == ["a": 0, "b": 0, "c": 0, "d": 0])
    }

    @Test func aRestoredOptimiserGoesOn() throws {
        let (one, two) = (try store(), try store())
        let settings = Adam.Settings(learningRate: 0.05, weightDecay: 0.01)
        let (first, second) = (try Adam(one, settings: settings), try Adam(two, settings: settings))
        var random = RandomSource(seed: 4)
        let gradients = try (0..<6).map { _ in try random.normalTensor([one.count]) }
        for gradient in gradients {
            try one.gradients.overwrite(with: gradient)
            try first.step()
        }
        for gradient in gradients.prefix(3) {
            try two.gradients.overwrite(with: gradient)
            try second.step()
        }
        let three = try store()
        try three.load(two.state)
        let third = try Adam(three, settings: settings)
        try third.restore(
            firstMoments: second.firstMoments, secondMoments: second.secondMoments, stepCounts: second.stepCounts)
        for gradient in gradients.dropFirst(3) {
            try three.gradients.overwrite(with: gradient)
            try third.step()
        }
        #expect(try three.values.bytes() == one.values.bytes())
        #expect(try third.secondMoments.bytes() == first.secondMoments.bytes())
    }

    @Test func whatDoesNotFitIsNotRestored() throws {
        let optimiser = try Adam(store(), settings: .init(learningRate: 0.1))
        let (good, short) = (try Tensor.full([47], 1), try Tensor.full([46], 1))
        let counts = ["a": 1, "b": 1, "c": 1, "d": 1]
        for (first, second, steps) in [
            (short, good, counts), (good, short, counts), (good, good, ["a": 1]),
            (good, good, ["a": 1, "b": 1, "c": 1, "d": -1]), (good, good, ["a": 1, "b": 1, "c": .max, "d": 1]),
        ] {
            #expect(throws: TorchError.self) {
                try optimiser.restore(firstMoments: first, secondMoments: second, stepCounts: steps)
            }
        }
        #expect(try optimiser.firstMoments.floats().allSatisfy { $0 == 0 })
        #expect(try optimiser.secondMoments.floats().allSatisfy { $0 == 0 })
        #expect(optimiser.stepCounts.values.allSatisfy { $0 == 0 })
    }
}
