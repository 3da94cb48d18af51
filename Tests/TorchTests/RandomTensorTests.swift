import Numerics
import Testing
import Torch

@Suite struct RandomTensorTests {
    @Test func tensorsHaveTheNumbersOfTheSource() throws {
        var (first, second) = (RandomSource(seed: 5), RandomSource(seed: 5))
        let tensor = try first.uniformTensor([3, 4], bound: 0.25)
        #expect(tensor.shape == [3, 4] && tensor.dtype == .float32)
        #expect(try tensor.floats() == (0..<12).map { _ in Float((second.uniform() * 2 - 1) * 0.25) })
        #expect(try first.normalTensor([2]).floats() == (0..<2).map { _ in Float(second.normal()) })
        #expect(try first.normalTensor([0, 3]).shape == [0, 3])
        #expect(try first.normalTensor([]).shape == [])
    }

    @Test(arguments: [[-1], [2, -3], [1 << 40, 1 << 40]])
    func impossibleShapesAreErrors(shape: [Int]) {
        var random = RandomSource(seed: 0)
        #expect(throws: TorchError.self) { try random.normalTensor(shape) }
        #expect(throws: TorchError.self) { try random.uniformTensor(shape, bound: 1) }
    }
}
