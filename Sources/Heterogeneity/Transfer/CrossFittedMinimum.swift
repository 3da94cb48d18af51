/// The smallest loss over epochs, without the optimism of choosing the epoch by the losses that are then reported.
///
/// Validation samples are divided into those with even and those with odd positions. The epoch with the smallest mean loss
/// of one half gives the losses of the other.
enum CrossFittedMinimum {
    /// Epoch → losses of all validation samples, to one loss per sample.
    static func losses(_ history: [[Double]]) -> [Double] {
        guard let first = history.first else { return [] }
        func bestEpoch(parity: Int) -> [Double] {
            func sum(_ losses: [Double]) -> Double {
                losses.enumerated().reduce(0) { $1.offset % 2 == parity ? $0 + $1.element : $0 }
            }
            return history.min { sum($0) < sum($1) } ?? first
        }
        let (byEven, byOdd) = (bestEpoch(parity: 0), bestEpoch(parity: 1))
        return first.indices.map { $0 % 2 == 0 ? byOdd[$0] : byEven[$0] }
    }
}
