/// The smallest loss over epochs, without the optimistic bias of selecting and evaluating on the
/// same samples.
///
/// Validation samples are split into those at even and those at odd positions. The epoch with the
/// smallest mean loss on one half gives the losses of the other half.
struct CrossFittedMinimum {
    /// The selected epochs for samples at even and at odd positions.
    let epochs: (even: Int, odd: Int)

    /// Selects the epochs.
    ///
    /// - Parameter history: Epoch → loss of every validation sample.
    init(_ history: [[Double]]) {
        func best(parity: Int) -> Int {
            let sums = history.map { losses in
                losses.enumerated().reduce(0) { $1.offset % 2 == parity ? $0 + $1.element : $0 }
            }
            return sums.indices.min { sums[$0] < sums[$1] } ?? 0
        }
        epochs = (even: best(parity: 1), odd: best(parity: 0))
    }

    /// Returns the value of every sample at the epoch that was selected on the other half.
    func choose<Element>(_ history: [[Element]]) -> [Element] {
        guard history.indices.contains(epochs.even), history.indices.contains(epochs.odd) else { return [] }
        return zip(history[epochs.even], history[epochs.odd]).enumerated().map {
            $0.offset % 2 == 0 ? $0.element.0 : $0.element.1
        }
    }
}
