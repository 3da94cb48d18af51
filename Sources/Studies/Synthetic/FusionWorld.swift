import Foundation
import Multimodal
import Torch

/// Pairs of modalities whose fusion is of a known kind.
///
/// Each modality shows two bits by the signs of two channels, beside two channels of noise: a bit that both modalities
/// show, and one of its own, a in the first modality and b in the second. Inputs are alike in all kinds; only the target
/// differs.
public struct FusionWorld: Sendable {
    /// How the target depends on the two bits.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// The target is the bit that both modalities show: all information is redundant.
        case redundant
        /// The target is the first modality's own bit: all information is unique.
        case unique
        /// The target is the pair (a, b): each says half, and they add up.
        case additive
        /// The target is a ⊕ b: neither says anything alone.
        case exclusive

        var classes: Int { self == .additive ? 4 : 2 }
    }

    /// Rows of the training split; validation has as many as `validRows`.
    public let rows: Int
    /// Rows of the validation split.
    public let validRows: Int
    /// Deviation of the noise on a channel whose signal is ±1.
    public let noise: Double
    /// What all random numbers depend on.
    public var seed: UInt64

    /// A world; by default 160 training rows and a noise of 0.6.
    public init(rows: Int = 160, validRows: Int = 400, noise: Double = 0.6, seed: UInt64 = 0) {
        self.rows = rows
        self.validRows = validRows
        self.noise = noise
        self.seed = seed
    }

    /// Writes the dataset of one kind, with the modalities `first` and `second` and the target `class`.
    ///
    /// - Parameter copy: kinds of the same number differ in nothing but their random numbers.
    /// - Throws: `FileError` when it cannot be written.
    public func write(_ kind: Kind, copy: Int, to folder: String) throws -> Dataset {
        let modality = ModalityDescription(kind: .sensors, axes: [2], channels: 4)
        let description = DatasetDescription(
            name: kind.rawValue, source: "made by FusionWorld, seed \(seed)",
            modalities: ["first": modality, "second": modality],
            targets: ["class": .classification((0..<kind.classes).map { "class \($0)" })])
        let writer = DatasetWriter(
            description, layouts: [:], rows: [.train: rows, .valid: validRows, .test: validRows], folder: folder)
        return try writer.write { split, row in
            var random = RandomSource(
                seed: seed, purpose: "fusion/\(kind.rawValue)/\(copy)/\(split.rawValue)/\(row)")
            let (common, first, second) = (
                Int(random.next() >> 63), Int(random.next() >> 63), Int(random.next() >> 63)
            )
            let label =
                switch kind {
                case .redundant: common
                case .unique: first
                case .additive: 2 * first + second
                case .exclusive: first ^ second
                }
            func tokens(_ own: Int) -> [Float] {
                let signals = [common, own].map { $0 == 1 ? 1.0 : -1.0 } + [0, 0]
                return (0..<2).flatMap { _ in signals.map { Float($0 + noise * random.normal()) } }
            }
            return Multimodal.Sample(
                inputs: ["first": tokens(first), "second": tokens(second)], targets: ["class": [Double(label)]])
        }
    }
}
