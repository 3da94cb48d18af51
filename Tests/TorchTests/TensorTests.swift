import Foundation
import Testing

@testable import Torch

/// Expected values: PyTorch 2.13 on the same numbers. Comments give the call where it is not
/// obvious.
@Suite struct TensorTests {
    /// x = torch.tensor([[-2, -.5, 0], [.5, 2, 3]])
    private func x() throws -> Tensor { try Tensor([-2, -0.5, 0, 0.5, 2, 3] as [Float], shape: [2, 3]) }

    private func check(
        _ tensor: Tensor, _ expected: [Double], shape: [Int]? = nil, sourceLocation: SourceLocation = #_sourceLocation
    )
        throws
    {
        let values = try tensor.doubles()
        #expect(values.count == expected.count, sourceLocation: sourceLocation)
        for (value, reference) in zip(values, expected) {
            #expect(
                abs(value - reference) <= 1e-6 * max(1, abs(reference)), "\(values)", sourceLocation: sourceLocation)
        }
        if let shape { #expect(tensor.shape == shape, sourceLocation: sourceLocation) }
    }

    @Test func valuesGoInAndComeOut() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(tensor.shape == [2, 3] && tensor.rank == 2 && tensor.count == 6)
        #expect(tensor.dtype == .float32 && tensor.device == .cpu && tensor.isContiguous)
        #expect(try tensor.transposed(0, 1).floats() == [1, 4, 2, 5, 3, 6])
        #expect(try Tensor([7, -1] as [Int64], shape: [2]).integers() == [7, -1])
        #expect(try Tensor([true, false], shape: [1, 2]).bools() == [true, false])
        #expect(try Tensor.full([], 2.5).item() == 2.5)
        #expect(try Tensor.zeros([0, 3]).floats() == [])
    }

    /// The bytes of every element type survive a round trip.
    @Test(arguments: DType.allCases)
    func bytesComeBack(dtype: DType) throws {
        let bytes = (0..<(6 * dtype.byteCount)).map {
            dtype == .bool ? UInt8($0 % 2) : UInt8(truncatingIfNeeded: $0 * 37)
        }
        let tensor = try bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: [3, 2], dtype: dtype) }
        #expect(tensor.dtype == dtype && tensor.shape == [3, 2])
        #expect(try tensor.bytes() == bytes)
        #expect(try tensor.transposed(0, 1).contiguous().transposed(0, 1).bytes() == bytes)
        let filled = try Tensor(shape: [3, 2], dtype: dtype) { $0.copyBytes(from: bytes) }
        #expect(try filled.bytes() == bytes)
        #expect(try Tensor.full([2], 1, dtype: dtype).floats() == [1, 1])
        #expect(DType(cValue: Int32(dtype.cValue.rawValue)) == dtype)
    }

    @Test func arithmetic() throws {
        let (x, row) = (try x(), try Tensor([1, 2, 4] as [Float], shape: [3]))
        try check(x + row, [-1, 1.5, 4, 1.5, 4, 7], shape: [2, 3])
        try check(x - row, [-3, -2.5, -4, -0.5, 0, -1])
        try check(x * row, [-2, -1, 0, 0.5, 4, 12])
        try check(x / row, [-2, -0.25, 0, 0.5, 1, 0.75])
        try check((x + 1) * 2 / 4 - 0.5, [-1, -0.25, 0, 0.25, 1, 1.5])
        try check(x.negated(), [2, 0.5, 0, -0.5, -2, -3])
        try check(x.absolute(), [2, 0.5, 0, 0.5, 2, 3])
        try check(x.squared(), [4, 0.25, 0, 0.25, 4, 9])
        try check(x.power(3), [-8, -0.125, 0, 0.125, 8, 27])
        try check(x.absolute().squareRoot().squared(), [2, 0.5, 0, 0.5, 2, 3])
        try check((row * row).reciprocalSquareRoot(), [1, 0.5, 0.25])
        try check(row.log().exp(), [1, 2, 4])
        try check(x.maximum(0.5), [0.5, 0.5, 0.5, 0.5, 2, 3])
        try check(x.minimum(0.5), [-2, -0.5, 0, 0.5, 0.5, 0.5])
        try check(x.maximum(row), [1, 2, 4, 1, 2, 4])
        #expect(try x.greater(than: 0).bools() == [false, false, false, true, true, true])
        #expect(try x.equal(to: row).bools() == [false, false, false, false, true, false])
        #expect(try x.logicalNot().bools() == [false, false, true, false, false, false])
        #expect(try (x / x).isFinite().bools() == [true, true, false, true, true, true])
        #expect(try (x / x).isFinite().all() == false)
        try check(x.matmul(row.reshaped([3, 1])), [-3, 16.5], shape: [2, 1])
        let batches = try x.reshaped([2, 1, 3]).matmul(x.transposed(0, 1))
        #expect(batches.shape == [2, 1, 2])
    }

    @Test func layers() throws {
        let x = try x()
        // torch.nn.functional.gelu(x)
        try check(x.gelu(), [-0.04550028, -0.15426877, 0, 0.34573123, 1.95449972, 2.99594975], shape: [2, 3])
        // torch.sigmoid(x)
        try check(x.sigmoid(), [0.11920292, 0.37754068, 0.5, 0.62245935, 0.88079703, 0.95257413])
        // x.softmax(-1); x.log_softmax(0)
        try check(x.softmax(axis: -1), [0.07769559, 0.34820744, 0.57409704, 0.05661173, 0.25371617, 0.68967205])
        try check(
            x.logSoftmax(axis: 0), [-2.57888985, -2.57888985, -3.04858732, -0.07888974, -0.07888974, -0.04858733])
        // torch.nn.functional.layer_norm(x, (3,), weight, bias)
        // with weight = torch.tensor([1., 2, -1]), bias = torch.tensor([0, .5, 1])
        try check(
            x.layerNorm(
                weight: Tensor([1, 2, -1] as [Float], shape: [3]), bias: Tensor([0, 0.5, 1] as [Float], shape: [3])),
            [-1.37280345, 1.28445923, 0.01942605, -1.29776514, 0.82444143, -0.13554466], shape: [2, 3])
        // torch.nn.functional.linear(x, weight, bias)
        // with weight = torch.tensor([[1., 2, 3], [-1, 0, .5]]), bias = torch.tensor([.5, -.5])
        let weight = try Tensor([1, 2, 3, -1, 0, 0.5] as [Float], shape: [2, 3])
        try check(
            x.linear(weight, bias: Tensor([0.5, -0.5] as [Float], shape: [2])), [-2.5, 1.5, 14, 0.5], shape: [2, 2])
        try check(x.reshaped([1, 2, 1, 3]).linear(weight), [-3, 2, 13.5, 1], shape: [1, 2, 1, 2])
        let mask = try Tensor([false, true, false], shape: [3])
        try check(x.filled(where: mask, with: 9), [-2, 9, 0, 0.5, 9, 3])
        try check(Tensor.choose(mask, x, x * 0), [0, -0.5, 0, 0, 2, 0])
    }

    @Test func losses() throws {
        let (x, classes) = (try x(), try Tensor([2, 0] as [Int64], shape: [2]))
        // torch.nn.functional.cross_entropy(x, torch.tensor([2, 0]), …)
        try check(x.crossEntropy(classes), [1.71324801], shape: [])
        try check(x.crossEntropy(classes, mean: false), [0.55495685, 2.87153912], shape: [2])
        try check(
            x.crossEntropy(classes, classWeights: Tensor([1, 2, 3] as [Float], shape: [3])), [1.13410234], shape: [])
        // torch.nn.functional.binary_cross_entropy_with_logits(x, t, …)
        // with t = [[0, 1, 1], [0, 1, 0]]
        let labels = try Tensor([0, 1, 1, 0, 1, 0] as [Float], shape: [2, 3])
        try check(x.binaryCrossEntropy(labels), [0.99062413], shape: [])
        try check(
            x.binaryCrossEntropy(labels, mean: false),
            [0.12692809, 0.97407699, 0.69314718, 0.97407699, 0.12692802, 3.04858732], shape: [2, 3])
        try check(x.binaryCrossEntropy(labels, positiveWeights: Tensor.full([3], 2)), [1.28964949], shape: [])
    }

    @Test func reductions() throws {
        let x = try x()
        try check(x.sum(), [3], shape: [])
        try check(x.mean(), [0.5], shape: [])
        try check(x.sum(axes: [1]), [-2.5, 5.5], shape: [2])
        try check(x.mean(axes: [0], keepingAxes: true), [-0.75, 0.75, 1.5], shape: [1, 3])
        try check(x.max(axes: [-1]), [0, 3], shape: [2])
        try check(x.min(), [-2], shape: [])
        #expect(try x.argmax(axis: 1).integers() == [2, 2])
        #expect(try Tensor([1, 3, 3] as [Float], shape: [3]).argmax(axis: 0).integers() == [1])
    }

    @Test func shapes() throws {
        let x = try x()
        #expect(try x.reshaped([3, -1]).shape == [3, 2])
        #expect(try x.expanded([4, 2, 3]).shape == [4, 2, 3])
        #expect(try x.reshaped([1, 2, 3]).permuted([2, 0, 1]).shape == [3, 1, 2])
        try check(x.narrowed(axis: -1, start: 1, length: 2), [-0.5, 0, 2, 3], shape: [2, 2])
        try check(x.selected(axis: 0, [1, 0, 1]), [0.5, 2, 3, -2, -0.5, 0, 0.5, 2, 3], shape: [3, 3])
        #expect(try x.selected(axis: 1, []).shape == [2, 0])
        #expect(try Tensor.concatenated([x, x], axis: 1).shape == [2, 6])
        #expect(try Tensor.stacked([x, x], axis: 1).shape == [2, 2, 3])
        #expect(try x.size(-1) == 3 && x.size(0) == 2)
        let copy = try x.cloned()
        try copy.overwrite(with: 0)
        try check(x, [-2, -0.5, 0, 0.5, 2, 3])
        #expect(try x.to(dtype: .float64).dtype == .float64)
        try check(
            Tensor([2, 0, 0, 4] as [Float], shape: [2, 2]).solved(Tensor([1, 1] as [Float], shape: [2, 1])),
            [0.5, 0.25])
    }

    /// Errors fit on one line and name the operation and the shapes.
    @Test func errorsNameOperationAndShapes() throws {
        let (x, y) = (try x(), try Tensor.zeros([4, 5]))
        let mistakes: [(String, [[Int]], () throws -> Void)] = [
            ("addition", [[2, 3], [4, 5]], { _ = try x + y }), ("matmul", [[2, 3], [4, 5]], { _ = try x.matmul(y) }),
            ("linear", [[2, 3], [4, 5]], { _ = try x.linear(y) }),
            ("concatenate along axis 0", [[2, 3], [4, 5]], { _ = try Tensor.concatenated([x, y], axis: 0) }),
            ("stack along axis 0", [[2, 3], [4, 5]], { _ = try Tensor.stacked([x, y]) }),
            ("concatenate along axis 0", [], { _ = try Tensor.concatenated([], axis: 0) }),
            ("reshape to [4]", [[2, 3]], { _ = try x.reshaped([4]) }),
            ("reshape to [-1, -1]", [[2, 3]], { _ = try x.reshaped([-1, -1]) }),
            ("expand to [5, 3]", [[2, 3]], { _ = try x.expanded([5, 3]) }),
            ("permute to [0, 0]", [[2, 3]], { _ = try x.permuted([0, 0]) }),
            ("transpose", [[2, 3]], { _ = try x.transposed(0, 2) }),
            ("narrow axis 1 to 2..<4", [[2, 3]], { _ = try x.narrowed(axis: 1, start: 2, length: 2) }),
            ("select from axis 0", [[2, 3]], { _ = try x.selected(axis: 0, [2]) }),
            ("select from axis 0", [[2, 3]], { _ = try x.selected(axis: 0, [-1]) }),
            ("size", [[2, 3]], { _ = try x.size(2) }), ("item", [[2, 3]], { _ = try x.item() }),
            ("softmax", [[2, 3]], { _ = try x.softmax(axis: 2) }), ("sum", [[2, 3]], { _ = try x.sum(axes: [3]) }),
            ("layerNorm", [[2, 3], [5]], { _ = try x.layerNorm(weight: .zeros([5]), bias: .zeros([5])) }),
            ("fill", [[2, 3], [2]], { _ = try x.filled(where: .full([2], 1, dtype: .bool), with: 0) }),
            ("crossEntropy", [[2, 3], [2]], { _ = try x.crossEntropy(Tensor([0, 12] as [Int64], shape: [2])) }),
            ("crossEntropy", [[2, 3], [3]], { _ = try x.crossEntropy(Tensor([0, 1, 2] as [Int64], shape: [3])) }),
            ("binaryCrossEntropy", [[2, 3], [4, 5]], { _ = try x.binaryCrossEntropy(y) }),
            ("solve", [[2, 2], [2, 1]], { _ = try Tensor.zeros([2, 2]).solved(.zeros([2, 1])) }),
            ("overwrite", [[2, 3], [4, 5]], { try x.overwrite(with: y) }),
            ("setGradient", [[2, 3], [4, 5]], { try x.setGradient(y) }), ("backward", [[2, 3]], { try x.backward() }),
            ("requiresGradient", [[1]], { try Tensor([1] as [Int64], shape: [1]).setRequiresGradient() }),
            ("tensor", [[-1]], { _ = try Tensor([] as [Float], shape: [-1]) }),
            ("full", [[2, -3]], { _ = try Tensor.full([2, -3], 0) }),
            ("tensor", [], { _ = try Tensor([1, 2] as [Float], shape: [3]) }),
            ("full", [], { _ = try Tensor.zeros([1 << 40, 1 << 40]) }),
            ("tensor", [], { _ = try Tensor(shape: [1 << 62, 4], dtype: .float64) { _ in } }),
        ]
        for (operation, shapes, body) in mistakes {
            let error = try #require(#expect(throws: TorchError.self) { try body() }, "\(operation)")
            #expect(error.operation == operation)
            #expect(error.shapes == shapes, "\(operation)")
            #expect(!error.description.contains { $0.isNewline } && error.message.count > 8, "\(error)")
            for shape in shapes {
                #expect(error.description.contains("[\(shape.map(String.init).joined(separator: ", "))]"), "\(error)")
            }
        }
    }

    @Test func devicesAreParsed() throws {
        #expect(try Device(parsing: "cpu") == .cpu)
        for text in ["", "CPU", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:0:0", "gpu"] {
            let error = #expect(throws: TorchError.self) { try Device(parsing: text) }
            #expect(error?.description == "device: '\(text)' is not a device; expected cpu, cuda, cuda:N or mps")
        }
        let error = #expect(throws: TorchError.self) { try Device(parsing: "cuda:4096") }
        #expect(error?.description.hasPrefix("device: 'cuda:4096' is not available") == true)
        #expect(try Device(parsing: Device.best.description) == .best)
        for count in [0, -1, 1025] { #expect(throws: TorchError.self) { try LibTorch.setThreads(count) } }
    }

    @Test func aLimitOfOneThreadLeavesTheOthersAlone() {
        let (entered, looked) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let before = LibTorch.threads
        let limited = Thread {
            LibTorch.withOneThread {
                #expect(LibTorch.threads == 1)
                entered.signal()
                looked.wait()
            }
            #expect(LibTorch.threads == before)
            entered.signal()
        }
        limited.start()
        entered.wait()
        #expect(LibTorch.threads == before)
        looked.signal()
        entered.wait()
    }
}
