import Testing

@testable import Torch

@Suite struct GradientsTests {
    private struct Stop: Error {}

    /// Expected values: `w.grad` of `cross_entropy(gelu(w), [2, 0])` in PyTorch 2.13 with
    /// `w = [[-2, -.5, 0], [.5, 2, 3]]`.
    @Test func gradientsAreThoseOfPyTorch() throws {
        let w = try Tensor([-2, -0.5, 0, 0.5, 2, 3] as [Float], shape: [2, 3])
        try w.setRequiresGradient()
        #expect(w.requiresGradient)
        #expect(try w.gradient() == nil)
        try w.gelu().crossEntropy(Tensor([2, 0] as [Int64], shape: [2])).backward()
        let expected: [Float] = [-0.01447803, 0.0201884, -0.16111305, -0.41222563, 0.13452877, 0.35542324]
        for (found, own) in zip(try #require(try w.gradient()).floats(), expected) { #expect(abs(found - own) < 1e-6) }
        // A second backward pass accumulates.
        try w.gelu().crossEntropy(Tensor([2, 0] as [Int64], shape: [2])).backward()
        for (found, own) in zip(try #require(try w.gradient()).floats(), expected) {
            #expect(abs(found - 2 * own) < 2e-6)
        }
        try w.setGradient(nil)
        #expect(try w.gradient() == nil)
    }

    @Test func nothingIsRecordedWithoutGradients() throws {
        let w = try Tensor.full([2], 3)
        try w.setRequiresGradient()
        let silent = try withoutGradients {
            // Nested calls keep recording off.
            try withoutGradients { _ = try w * 2 }
            return try w * 2
        }
        #expect(!silent.requiresGradient)
        #expect(throws: TorchError.self) { try silent.sum().backward() }
        #expect(try (w * 2).requiresGradient)
        #expect(try !w.detached().requiresGradient)
    }

    @Test func recordingGoesOnAfterAnError() throws {
        let w = try Tensor.full([2], 3)
        try w.setRequiresGradient()
        #expect(throws: Stop.self) { try withoutGradients { throw Stop() } }
        #expect(try (w * 2).requiresGradient)
        // An error in an inner call does not turn recording on in the outer one.
        try withoutGradients {
            #expect(throws: Stop.self) { try withoutGradients { throw Stop() } }
            let doubled = try w * 2
            #expect(!doubled.requiresGradient)
        }
    }
}
