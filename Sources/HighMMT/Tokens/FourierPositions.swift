import Foundation
import Torch

/// The Fourier position encoding of a grid of tokens.
///
/// Positions p are equally spaced from −1 to 1 along each axis. Each axis contributes sin(π·s·p)
/// and cos(π·s·p) for every scale s, and p itself. Scales are spaced logarithmically from base¹ to
/// base^(log(maxFrequency / 2) / log(base)).
///
/// Source: the position encoding of the Perceiver (Jaegle et al. 2021), as in the public
/// implementation.
package struct FourierPositions {
    /// The encoding of each token, `[tokens, position width]`. The first axis of the grid varies
    /// slowest.
    let rows: [[Double]]

    init(_ modality: ModalityShape, sizes: [Int]) {
        let stop = log(modality.maxFrequency / 2) / log(modality.frequencyBase)
        let scales = Self.spaced(from: 1, to: stop, count: modality.frequencyBands)
            .map { pow(modality.frequencyBase, $0) }
        let axes = sizes.map { size in
            Self.spaced(from: -1, to: 1, count: size).map { position in
                scales.map { sin(position * $0 * .pi) } + scales.map { cos(position * $0 * .pi) } + [position]
            }
        }
        rows = axes.reduce([[]]) { prefixes, axis in prefixes.flatMap { prefix in axis.map { prefix + $0 } } }
    }

    /// Returns the encoding of a modality's tokens, `[tokens, position width]`; `nil` without
    /// positions.
    ///
    /// - Throws: `TorchError` when the device runs out of memory.
    package static func tensor(_ modality: ModalityShape, sizes: [Int], device: Device) throws -> Tensor? {
        guard modality.hasPositions else { return nil }
        let rows = FourierPositions(modality, sizes: sizes).rows
        return try Tensor(rows.flatMap { $0.map(Float.init) }, shape: [rows.count, modality.positionWidth])
            .to(device: device)
    }

    /// Returns `count` equally spaced values from `start` to `stop`, or `start` alone for a count
    /// of 1.
    private static func spaced(from start: Double, to stop: Double, count: Int) -> [Double] {
        guard count > 1 else { return Array(repeating: start, count: count) }
        return (0..<count).map { start + (stop - start) * Double($0) / Double(count - 1) }
    }
}
