import Foundation

/// The Fourier features of the positions of a grid of tokens.
///
/// Source: "Architecture": positions linspace(−1, 1) per axis; per axis sin(π·s·p), cos(π·s·p) for every scale s, and p,
/// with scales spaced logarithmically from base¹ to base^(log(maxFrequency/2)/log(base)).
struct FourierPositions {
    /// (tokens, width), tokens in the order of the axes.
    let rows: [[Double]]

    init(_ modality: ModalityShape, sizes: [Int]) {
        let stop = log(modality.maxFrequency / 2) / log(modality.frequencyBase)
        let scales = FourierPositions.spaced(from: 1, to: stop, count: modality.frequencyBands)
            .map { pow(modality.frequencyBase, $0) }
        let axes = sizes.map { size in
            FourierPositions.spaced(from: -1, to: 1, count: size).map { position in
                scales.map { sin(position * $0 * .pi) } + scales.map { cos(position * $0 * .pi) } + [position]
            }
        }
        rows = axes.reduce([[]]) { prefixes, axis in prefixes.flatMap { prefix in axis.map { prefix + $0 } } }
    }

    private static func spaced(from start: Double, to stop: Double, count: Int) -> [Double] {
        guard count > 1 else { return Array(repeating: start, count: count) }
        return (0..<count).map { start + (stop - start) * Double($0) / Double(count - 1) }
    }
}
