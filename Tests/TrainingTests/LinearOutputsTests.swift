import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct LinearOutputsTests {
    private func samples(_ count: Int, _ width: Int) throws -> (features: Tensor, targets: Tensor) {
        var random = RandomSource(seed: 3)
        let features = try random.normalTensor([count, width])
        let labels = try features.narrowed(axis: 1, start: 0, length: 1).floats()
            .map { Float($0 + Float(random.normal()) > 0 ? 1 : 0) }
        let targets = labels.flatMap { [1 - $0, $0] }
        return (try features.to(dtype: .float64), try Tensor(targets, shape: [count, 2]).to(dtype: .float64))
    }

    /// At the minimum the gradient of the mean loss is the negative of the penalty's.
    @Test(arguments: [(40, 5), (20, 60)])
    func theFitIsAMinimum(count: Int, width: Int) throws {
        let (features, targets) = try samples(count, width)
        for (penalty, fit) in try zip(
            [0.1, 1],
            LinearOutputs.fits(
                features, targets, kind: .classification, penalties: [0.1, 1], in: PrincipalBasis(features)))
        {
            let residual = try (fit.outputs(features).softmax(axis: 1) - targets) * (1 / Double(count))
            let gradient = try features.transposed(0, 1).matmul(residual) + fit.slopes * penalty
            #expect(try gradient.absolute().max().item() < 1e-3)
            #expect(try residual.sum(axes: [0]).absolute().max().item() < 1e-3)
        }
    }

    @Test func regressionIsSolvedAtOnce() throws {
        let (features, _) = try samples(50, 4)
        let targets = try features.narrowed(axis: 1, start: 1, length: 1) * 2 + 3
        let fit = try #require(
            try LinearOutputs.fits(
                features, targets, kind: .regression, penalties: [1e-3], in: PrincipalBasis(features)
            ).first)
        #expect(try (fit.outputs(features) - targets).absolute().max().item() < 0.05)
    }
}
