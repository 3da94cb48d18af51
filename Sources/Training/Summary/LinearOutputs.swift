import Multimodal
import Torch

/// Penalised linear maps from standardised features to the outputs of a task: multinomial or binary
/// logistic regressions, or ridge regressions, by the kind of its target.
///
/// The objective is the mean loss plus half the penalty times the squared slopes. Regressions are
/// solved directly. The others take steps that divide the gradient by an upper bound of the
/// Hessian, which is diagonal in a basis of principal directions, so there is no step size to
/// choose. Momentum restarts whenever the direction turns. Source: Böhning 1992; O'Donoghue &
/// Candès 2015.
struct LinearOutputs {
    /// The penalties to choose from, for features of unit variance.
    static let penalties = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3]
    private static let iterations = 100
    /// The largest change of a weight, relative to the largest weight, at which steps end.
    private static let tolerance = 1e-4

    /// (features, outputs), float64.
    let slopes: Tensor
    /// (1, outputs), float64.
    let intercepts: Tensor

    /// Fits the maps of all penalties in a basis of all samples, of which `features` may be a part.
    ///
    /// # Shapes features: (N, F), float64; targets: (N, outputs), float64: one-hot classes, labels,
    /// or standardised numbers.
    ///
    /// - Parameter total: The number of samples of the basis; `nil` for as many as there are here.
    /// - Throws: `TorchError` when memory runs out.
    static func fits(
        _ features: Tensor, _ targets: Tensor, kind: TargetKind, penalties: [Double], in basis: PrincipalBasis,
        of total: Int? = nil
    ) throws -> [LinearOutputs] {
        let rows = try features.size(0)
        let coordinates = try basis.coordinates(features)
        let design = try Tensor.concatenated([coordinates, Tensor.full([rows, 1], 1, dtype: .float64)], axis: 1)
        // The products of a part of the samples are at most those of all.
        let share = Double(total ?? rows) / Double(max(1, rows))
        let bounds = (basis.variances + [1]).map { $0 * share }
        var fitted: [Double: Tensor] = [:]
        var start: Tensor?
        // From the largest penalty down, each from the solution before.
        for penalty in penalties.sorted(by: >) {
            let weights =
                kind == .regression
                ? try solved(design, targets, penalty: penalty)
                : try minimised(design, targets, kind: kind, penalty: penalty, bounds: bounds, from: start)
            start = weights
            fitted[penalty] = weights
        }
        return try penalties.compactMap { fitted[$0] }.map { try LinearOutputs($0, in: basis) }
    }

    /// Returns the outputs for features.
    ///
    /// # Shapes features: (N, F), float64; result: (N, outputs), float64.
    ///
    /// - Throws: `TorchError` when the number of features is another.
    func outputs(_ features: Tensor) throws -> Tensor { try features.matmul(slopes) + intercepts }

    /// The map of weights in a basis; the last row is the intercept.
    private init(_ weights: Tensor, in basis: PrincipalBasis) throws {
        let directions = basis.variances.count
        slopes = try basis.axes.matmul(weights.narrowed(axis: 0, start: 0, length: directions))
        intercepts =
            try weights.narrowed(axis: 0, start: directions, length: 1) - basis.mean.matmul(slopes)
    }

    /// The weights of a ridge regression.
    private static func solved(_ design: Tensor, _ targets: Tensor, penalty: Double) throws -> Tensor {
        let turned = try design.transposed(0, 1)
        let scale = 1 / Double(max(1, try design.size(0)))
        let size = try design.size(1)
        var ridge = [Float](repeating: 0, count: size * size)
        for index in 0..<(size - 1) { ridge[index * size + index] = Float(penalty) }
        let matrix = try turned.matmul(design) * scale + Tensor(ridge, shape: [size, size]).to(dtype: .float64)
        return try matrix.solved(turned.matmul(targets) * scale)
    }

    private static func minimised(
        _ design: Tensor, _ targets: Tensor, kind: TargetKind, penalty: Double, bounds: [Double], from start: Tensor?
    ) throws -> Tensor {
        let (rows, outputs) = (try design.size(0), try targets.size(1))
        let isPenalised = bounds.indices.map { $0 < bounds.count - 1 }
        let penalties = try column(isPenalised.map { $0 ? penalty : 0 })
        let inverse = try column(
            zip(bounds, isPenalised).map { 1 / ($0 * curvature(kind, outputs: outputs) + ($1 ? penalty : 0)) })
        let turned = try design.transposed(0, 1).contiguous()
        var solution = try start ?? Tensor.zeros([bounds.count, outputs], dtype: .float64)
        var ahead = solution
        var pace = 1.0
        for _ in 0..<iterations {
            let residual = try (expected(design.matmul(ahead), kind) - targets) * (1 / Double(rows))
            let step = try (turned.matmul(residual) + ahead * penalties) * inverse
            let next = try ahead - step
            let move = try next - solution
            if try (step * move).sum().item() > 0 { pace = 1 }
            let nextPace = (1 + (1 + 4 * pace * pace).squareRoot()) / 2
            ahead = try next + move * ((pace - 1) / nextPace)
            pace = nextPace
            solution = next
            if try move.absolute().max().item() <= tolerance * solution.absolute().max().item() { break }
        }
        return solution
    }

    private static func column(_ values: [Double]) throws -> Tensor {
        try Tensor(values.map { Float($0) }, shape: [values.count, 1]).to(dtype: .float64)
    }

    private static func expected(_ outputs: Tensor, _ kind: TargetKind) throws -> Tensor {
        switch kind {
        case .classification: try outputs.softmax(axis: 1)
        case .multilabel: try outputs.sigmoid()
        case .regression: outputs
        }
    }

    /// An upper bound of the second derivative of the loss by an output.
    private static func curvature(_ kind: TargetKind, outputs: Int) -> Double {
        switch kind {
        case .classification: 0.5
        case .multilabel: 0.25
        case .regression: 1
        }
    }
}
