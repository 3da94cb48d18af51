import Testing

@testable import Torch

@Suite struct TensorTests {
    @Test func valuesGoInAndComeOut() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(tensor.shape == [2, 3])
        #expect(try tensor.transposed(0, 1).floats() == [1, 4, 2, 5, 3, 6])
    }
}
