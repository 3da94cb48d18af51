/// The smallest loss over epochs, without the optimism of choosing the epoch by the losses that are then reported.
///
/// Validation samples are divided into those with even and those with odd positions. The epoch with the smallest mean loss
/// of one half gives the losses of the other.
struct CrossFittedMinimum {
    /// The epoch that is used for samples with even and for those with odd positions.
    let epochs: (even: Int, odd: Int)

    /// - Parameter history: epoch → losses of all validation samples.
    init(_ history: [[Double]]) {
        func best(parity: Int) -> Int {
            let sums = history.map { losses in
                losses.enumerated().reduce(0) { $1.offset % 2 == parity ? $0 + $1.element : $0 }
            }
            return sums.indices.min { sums[$0] < sums[$1] } ?? 0
        }
        epochs = (even: best(parity: 1), odd: best(parity: 0))
    }

    /// What the chosen epochs say of every sample.
    func choose<Element>(_ history: [[Element]]) -> [Element] {
        guard history.indices.contains(epochs.even), history.indices.contains(epochs.odd) else { return [] }
        return zip(history[epochs.even], history[epochs.odd]).enumerated().map {
            $0.offset % 2 == 0 ? $0.element.0 : $0.element.1
        }
    }
}
