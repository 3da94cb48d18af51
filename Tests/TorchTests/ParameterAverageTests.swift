import Testing

@testable import Torch

@Suite struct ParameterAverageTests {
    private struct Mistake: Error {}

    private func store() throws -> ParameterStore {
        try ParameterStore([ParameterDeclaration("a", [2], .zeros)], seed: 0)
    }

    /// The decay is 1/10 in the first step and the configured 0.15 in the second, below 2/11.
    @Test func theMeanFollows() throws {
        let parameters = try store()
        let average = try ParameterAverage(of: parameters, decay: 0.15)
        try parameters.values.overwrite(with: 10)
        try average.update(step: 0)
        #expect(abs(try average.values.floats()[0] - 9) < 1e-6)
        try average.update(step: 1)
        #expect(abs(try average.values.floats()[1] - 9.85) < 1e-5)
        #expect(try parameters.values.floats() == [10, 10])
    }

    @Test func theParametersComeBack() throws {
        let parameters = try store()
        let average = try ParameterAverage(of: parameters, decay: 0.5)
        try parameters.values.overwrite(with: 3)
        #expect(try average.inPlace { try parameters.parameter("a").floats() } == [0, 0])
        #expect(throws: Mistake.self) { try average.inPlace { throw Mistake() } }
        #expect(try parameters.parameter("a").floats() == [3, 3])
    }

    @Test func anotherMeanIsRefused() throws {
        let average = try ParameterAverage(of: store(), decay: 0.5)
        try average.restore(Tensor([1, 2] as [Float], shape: [2]))
        #expect(try average.values.floats() == [1, 2])
        #expect(throws: TorchError.self) { try average.restore(Tensor.zeros([3])) }
    }
}
