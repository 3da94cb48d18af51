import Torch

/// The principal directions of training features, in which linear maps are fitted.
///
/// A fit in at most 512 orthogonal directions costs the same for ten features and for ten thousand.
/// Directions of hardly any variance are left out; a penalised map gives them no weight anyway.
struct PrincipalBasis {
    private static let mostDirections = 512
    /// The smallest variance of a direction, relative to the largest.
    private static let leastVariance = 1e-9

    /// (1, features).
    let mean: Tensor
    /// (features, directions), orthonormal columns.
    let axes: Tensor
    /// The variance along every direction, largest first.
    let variances: [Double]

    /// Finds the directions of largest variance.
    ///
    /// # Shapes features: (N, F), float64.
    ///
    /// - Throws: `TorchError` when memory runs out.
    init(_ features: Tensor) throws {
        let (rows, width) = (try features.size(0), try features.size(1))
        mean = try features.mean(axes: [0], keepingAxes: true)
        let centred = try features - mean
        let isDual = width > rows
        // The smaller of the two matrices of products has the same eigenvalues.
        let products =
            try
            (isDual
            ? centred.matmul(centred.transposed(0, 1)) : centred.transposed(0, 1).matmul(centred))
            * (1 / Double(max(1, rows)))
        let (values, vectors) = try products.symmetricEigen()
        let ascending = try values.doubles()
        let least = max((ascending.last ?? 0) * Self.leastVariance, 1e-12)
        let kept = min(Self.mostDirections, ascending.filter { $0 > least }.count)
        let order = (0..<kept).map { ascending.count - 1 - $0 }
        variances = order.map { ascending[$0] }
        let chosen = try vectors.selected(axis: 1, order)
        guard isDual else {
            axes = chosen
            return
        }
        let lengths = try Tensor(variances.map { Float(1 / ($0 * Double(rows)).squareRoot()) }, shape: [1, kept])
        axes = try centred.transposed(0, 1).matmul(chosen) * lengths.to(dtype: .float64)
    }

    /// The coordinates of samples.
    ///
    /// # Shapes features: (N, F), float64; result: (N, directions).
    ///
    /// - Throws: `TorchError` when the number of features is another.
    func coordinates(_ features: Tensor) throws -> Tensor { try (features - mean).matmul(axes) }
}
