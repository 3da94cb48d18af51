import Testing
import Torch

/// Expected values are those of PyTorch 2.13, computed by the snippet beside each test.
@Suite struct NetworkTests {
    /// ```python
    /// x = torch.arange(12.).reshape(1, 1, 3, 4)
    /// w = torch.tensor([[[[1., 2], [3, 4]]], [[[0., 1], [0, -1]]]])
    /// b = torch.tensor([0.5, -0.5])
    /// torch.nn.functional.conv2d(x, w, b, stride=(1, 2), padding=(0, 1)).flatten()
    /// ```
    @Test func convolutionIsThatOfPyTorch() throws {
        let x = try Tensor((0..<12).map(Float.init), shape: [1, 1, 3, 4])
        let weight = try Tensor([1, 2, 3, 4, 0, 1, 0, -1] as [Float], shape: [2, 1, 2, 2])
        let result = try x.convolution(
            weight, bias: Tensor([0.5, -0.5] as [Float], shape: [2]), stride: [1, 2], padding: [0, 1])
        #expect(result.shape == [1, 2, 2, 3])
        #expect(
            try result.floats() == [16.5, 44.5, 24.5, 40.5, 84.5, 40.5, -4.5, -4.5, -0.5, -4.5, -4.5, -0.5])
    }

    /// ```python
    /// cell = torch.nn.LSTM(2, 2, batch_first=True)
    /// for i, p in enumerate(cell.parameters()):
    ///     p.data = (torch.arange(p.numel()) % 5 - 2.).reshape(p.shape) / (i + 2)
    /// cell(torch.linspace(-1, 1, 12).reshape(2, 3, 2))[0].flatten()
    /// ```
    @Test func recurrenceIsThatOfPyTorch() throws {
        func parameter(_ index: Int, _ shape: [Int]) throws -> Tensor {
            let values = (0..<shape.reduce(1, *)).map { (Float($0 % 5) - 2) / Float(index + 2) }
            return try Tensor(values, shape: shape)
        }
        let layer = Tensor.RecurrentWeights(
            input: try parameter(0, [8, 2]), hidden: try parameter(1, [8, 2]), inputBias: try parameter(2, [8]),
            hiddenBias: try parameter(3, [8]))
        let x = try Tensor((0..<12).map { -1 + 2 * Float($0) / 11 }, shape: [2, 3, 2])
        let result = try x.recurrent(layer)
        let expected: [Float] = [
            -0.07202, 0.063068, -0.011946, 0.040056, 0.075086, -0.062813, 0.085487, -0.149722, 0.110588, -0.269262,
            0.108673,
            -0.339397,
        ]
        #expect(result.shape == [2, 3, 2])
        #expect(zip(try result.floats(), expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func shapesThatDoNotFitAreRejected() throws {
        let x = try Tensor.zeros([1, 1, 3, 4])
        let weight = try Tensor.zeros([2, 3, 2, 2])
        let bias = try Tensor.zeros([2])
        #expect(throws: TorchError.self) { try x.convolution(weight, bias: bias, stride: [1, 1], padding: [0, 0]) }
        #expect(throws: TorchError.self) { try x.convolution(weight, bias: bias, stride: [1], padding: [0, 0]) }
    }
}
