import Foundation
import Multimodal

/// Turns arrays of one shape into tokens, step by step.
///
/// Recipes and tables use it alike, so that the same numbers give the same tokens.
struct ArrayTokens {
    /// The shape of the arrays.
    let size: [Int]
    /// The axes of the tokens.
    let axes: [Int]
    /// The channels of a token.
    let channels: Int
    /// The sizes of patches along the axes, if the last step cuts some.
    let patch: [Int]?
    private let transforms: [ArrayTransform]

    /// Follows the shape through the steps; `nil` if a step does not suit it.
    ///
    /// - Parameter size: The shape of the arrays. The last axis is that of channels unless patches
    ///   cover it.
    init?(size: [Int], transforms: [ArrayTransform]) {
        var shape = size
        var isCut = false
        for transform in transforms {
            guard !isCut, let next = transform.shape(of: shape) else { return nil }
            shape = next
            if case .patch = transform { isCut = true }
        }
        guard shape.count > 1 else { return nil }
        self.size = size
        self.transforms = transforms
        (axes, channels) = (Array(shape.dropLast()), shape[shape.count - 1])
        if case .patch(let sizes)? = transforms.last { patch = sizes } else { patch = nil }
    }

    /// Returns the values `[axes…, channels]` of an array, row-major.
    func values(of numbers: [Float]) -> [Float] {
        var work = Work(shape: size, values: numbers.map { Double($0) })
        for transform in transforms { work.apply(transform) }
        return work.floats
    }

    /// Describes a modality of such arrays.
    func description(_ kind: ModalityKind, _ text: String) -> ModalityDescription {
        ModalityDescription(kind: kind, axes: axes, channels: channels, patch: patch, description: text)
    }
}

/// The numbers between two steps.
private struct Work {
    var shape: [Int]
    var values: [Double]
    /// The number by which values are still to be divided. Sums of whole numbers stay exact until
    /// then.
    var divisor = 1.0

    var floats: [Float] { divisor == 1 ? values.map { Float($0) } : values.map { Float($0 / divisor) } }

    mutating func apply(_ transform: ArrayTransform) {
        let next = transform.shape(of: shape) ?? shape
        switch transform {
        case .divide(let by): divisor *= by
        case .clamp(let low, let high): clamp(low, high)
        case .halve: halve(rows: next[next.count - 2], columns: next[next.count - 1])
        case .centre: centre()
        case .project(let mean, let directions):
            replace(PrincipalComponents.reduced(floats[...], mean: mean, directions: directions))
        case .summarise(let steps, let statistics):
            replace(StepSummary(channels: shape[1], steps: steps, statistics: statistics).tokens(floats))
        case .patch(let sizes): replace(Self.cut(floats, shape, sizes))
        }
        shape = next
    }

    private mutating func replace(_ floats: [Float]) { (values, divisor) = (floats.map { Double($0) }, 1) }

    private mutating func clamp(_ low: [Double], _ high: [Double]) {
        for place in values.indices where values[place].isFinite {
            let channel = place % low.count
            values[place] = min(max(values[place], low[channel] * divisor), high[channel] * divisor)
        }
    }

    private mutating func halve(rows: Int, columns: Int) {
        let size = (shape[shape.count - 2], shape[shape.count - 1])
        var result: [Double] = []
        result.reserveCapacity(values.count / 4)
        for picture in stride(from: 0, to: values.count, by: size.0 * size.1) {
            for row in 0..<rows {
                for column in 0..<columns {
                    let corner = picture + row * 2 * size.1 + column * 2
                    let below = corner + size.1
                    result.append(values[corner] + values[corner + 1] + values[below] + values[below + 1])
                }
            }
        }
        values = result
        divisor *= 4
    }

    private mutating func centre() {
        let (count, width) = (shape[0], values.count / shape[0])
        for place in 0..<width {
            let total = (0..<count).reduce(0.0) { $0 + values[$1 * width + place] }
            for step in 0..<count {
                values[step * width + place] = values[step * width + place] * Double(count) - total
            }
        }
        divisor *= Double(count)
    }

    private static func cut(_ values: [Float], _ shape: [Int], _ sizes: [Int]) -> [Float] {
        // One axis is a video of a single pixel, two are an image.
        func three(_ axes: [Int]) -> (Int, Int, Int) {
            switch axes.count {
            case 1: (axes[0], 1, 1)
            case 2: (1, axes[0], axes[1])
            default: (axes[0], axes[1], axes[2])
            }
        }
        let patches = Patches(
            size: three(Array(shape.prefix(sizes.count))), patch: three(sizes),
            channels: shape.count > sizes.count ? shape[shape.count - 1] : 1)
        return patches.cut(values[...])
    }
}

extension ArrayTransform {
    /// Returns the shape after this step; `nil` if the step does not suit the shape before.
    fileprivate func shape(of shape: [Int]) -> [Int]? {
        let last = shape.count - 1
        switch self {
        case .divide, .centre: return shape
        case .clamp(let low, _): return shape[last] == low.count ? shape : nil
        case .project(let mean, _): return shape.reduce(1, *) == mean.count ? shape : nil
        case .halve:
            guard last > 0, shape[last] > 1, shape[last - 1] > 1 else { return nil }
            return shape.dropLast(2) + [shape[last - 1] / 2, shape[last] / 2]
        case .summarise(let steps, let statistics):
            guard shape.count == 2, shape[0] % steps == 0 else { return nil }
            return [shape[0] / steps, shape[1] * statistics.count]
        case .patch(let sizes):
            guard shape.count == sizes.count || shape.count == sizes.count + 1,
                zip(shape, sizes).allSatisfy({ $0 % $1 == 0 })
            else { return nil }
            let channels = shape.count > sizes.count ? shape[last] : 1
            return zip(shape, sizes).map { $0 / $1 } + [sizes.reduce(channels, *)]
        }
    }
}
