import Multimodal
import Torch

/// Penalised linear maps from standardised features to the outputs of a task: multinomial or binary
/// logistic regression or ridge regression, depending on the kind of its target.
///
/// The objective is the mean loss plus half the penalty times the squared weights. Each step
/// multiplies the gradient by the inverse of an upper bound of the Hessian, so there is no step
/// size to choose. Momentum restarts whenever the direction turns. With more features than samples,
/// the steps are taken in the span of the samples. Source: Böhning 1992; O'Donoghue & Candès 2015.
struct LinearOutputs {
    /// The candidate penalties, for features of unit variance.
    static let penalties = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3]
    private static let iterations = 60
    /// The square of the constant feature that carries the intercept. It is so large that the
    /// penalty hardly shrinks the intercept.
    private static let constant = 1e3

    /// The weights `[features + 1, outputs]`, float64; the last row is the intercept.
    let weights: Tensor

    /// Returns one map per penalty, in the order of `penalties`.
    ///
    /// # Shapes
    /// features: `[N, F]`, float64; targets: `[N, outputs]`, float64 (one-hot classes, labels, or
    /// standardised components).
    static func fits(
        _ features: Tensor, _ targets: Tensor, kind: TargetKind, penalties: [Double]
    ) throws -> [LinearOutputs] {
        let (rows, width) = (try features.size(0), try features.size(1))
        let intercept = try Tensor.full([rows, 1], constant.squareRoot(), dtype: .float64)
        let design = try Tensor.concatenated([features, intercept], axis: 1)
        let turned = try design.transposed(0, 1)
        let isDual = width + 1 > rows
        let products = try (isDual ? design.matmul(turned) : turned.matmul(design)) * (1 / Double(rows))
        let size = try products.size(0)
        let identity = try identity(size)
        let bound = curvature(kind, outputs: try targets.size(1))
        var start: Tensor?
        // Penalties decrease, and each fit starts from the solution of the previous one.
        let fitted = try penalties.sorted(by: >).map { penalty -> (Double, LinearOutputs) in
            let inverse = try (products * bound + identity * penalty).solved(identity)
            var solution = try start ?? Tensor.zeros([size, targets.size(1)], dtype: .float64)
            var ahead = solution
            var pace = 1.0
            for _ in 0..<(kind == .regression ? 1 : iterations) {
                let outputs = try isDual ? products.matmul(ahead) * Double(rows) : design.matmul(ahead)
                let residual = try (expected(outputs, kind) - targets) * (1 / Double(rows))
                let gradient = try (isDual ? residual : turned.matmul(residual)) + ahead * penalty
                let step = try inverse.matmul(gradient)
                let next = try ahead - step
                let move = try next - solution
                if try (step * move).sum().item() > 0 { pace = 1 }
                let nextPace = (1 + (1 + 4 * pace * pace).squareRoot()) / 2
                ahead = kind == .regression ? next : try next + move * ((pace - 1) / nextPace)
                pace = nextPace
                solution = next
                if try move.absolute().max().item() < 1e-7 { break }
            }
            start = kind == .regression ? nil : solution
            return (penalty, LinearOutputs(weights: try isDual ? turned.matmul(solution) : solution))
        }
        return try penalties.map { penalty in
            guard let own = fitted.first(where: { $0.0 == penalty }) else {
                throw TorchError(operation: "linear fit", message: "penalty \(penalty) was not fitted")
            }
            return own.1
        }
    }

    /// Returns the outputs `[N, outputs]`, float64, of features `[N, F]`.
    func outputs(_ features: Tensor) throws -> Tensor {
        try features.matmul(slopes) + intercepts
    }

    /// The weights without the intercept, `[features, outputs]`.
    var slopes: Tensor {
        get throws { try weights.narrowed(axis: 0, start: 0, length: weights.size(0) - 1) }
    }

    /// The intercepts, `[1, outputs]`.
    var intercepts: Tensor {
        get throws {
            try weights.narrowed(axis: 0, start: weights.size(0) - 1, length: 1)
                * Self.constant.squareRoot()
        }
    }

    private static func expected(_ outputs: Tensor, _ kind: TargetKind) throws -> Tensor {
        switch kind {
        case .classification: try outputs.softmax(axis: 1)
        case .multilabel: try outputs.sigmoid()
        case .regression: outputs
        }
    }

    private static func curvature(_ kind: TargetKind, outputs: Int) -> Double {
        switch kind {
        case .classification: 0.5
        case .multilabel: 0.25
        case .regression: 1
        }
    }

    private static func identity(_ size: Int) throws -> Tensor {
        var numbers = [Float](repeating: 0, count: size * size)
        for index in 0..<size { numbers[index * size + index] = 1 }
        return try Tensor(numbers, shape: [size, size]).to(dtype: .float64)
    }
}
