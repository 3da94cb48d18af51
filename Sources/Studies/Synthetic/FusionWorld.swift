import Foundation
import Multimodal
import Numerics
import Torch

/// Pairs of modalities whose fusion is of a known kind.
///
/// Each modality shows two latent variables by two channels, beside two channels of noise: one that both modalities show, and one of
/// its own, a in the first modality and b in the second. Inputs are alike in all kinds; only the target differs.
public struct FusionWorld: Sendable {
    /// How the target depends on the latent variables.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// The target is the sign of what both modalities show: all information is redundant.
        case redundant
        /// The target is the sign of a: all information is unique.
        case unique
        /// Each modality says a part, and the parts add up: the target is the pair (a, b) of bits, or the sign of the sum a + b.
        case additive
        /// The target is the sign of the product a · b, which is a ⊕ b of bits: neither says anything alone.
        case exclusive
    }

    /// What the latent variables are.
    public enum Signal: String, Codable, Sendable {
        /// 1 or −1. Amounts of information are known; but (a, b) and a ⊕ b need the same bits, so that a predictor of either is a
        /// good start for the other.
        case bits
        /// Normal variables. A sum depends on their sizes and a product on their signs, so that all kinds need something else.
        case graded
    }

    /// What the latent variables are.
    public let signal: Signal
    /// Rows of the training split; validation has as many as `validRows`.
    public let rows: Int
    /// Rows of the validation split.
    public let validRows: Int
    /// Deviation of the noise on a channel, where that of a latent variable is 1.
    public let noise: Double
    /// What all random numbers depend on.
    public var seed: UInt64

    /// A world; by default of bits, 1024 training rows and a noise of 0.6.
    public init(signal: Signal = .bits, rows: Int = 1024, validRows: Int = 400, noise: Double = 0.6, seed: UInt64 = 0) {
        self.signal = signal
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
            targets: ["class": .classification((0..<classes(kind)).map { "class \($0)" })])
        let writer = DatasetWriter(
            description, layouts: [:], rows: [.train: rows, .valid: validRows, .test: validRows], folder: folder)
        return try writer.write { split, row in
            var random = RandomSource(
                seed: seed, purpose: "fusion/\(kind.rawValue)/\(copy)/\(split.rawValue)/\(row)")
            func latent() -> Double {
                switch signal {
                case .bits: random.next() >> 63 == 1 ? 1 : -1
                case .graded: random.normal()
                }
            }
            let (common, first, second) = (latent(), latent(), latent())
            func tokens(_ own: Double) -> [Float] {
                (0..<2).flatMap { _ in [common, own, 0, 0].map { Float($0 + noise * random.normal()) } }
            }
            let label = label(kind, common: common, first: first, second: second)
            return Sample(
                inputs: ["first": tokens(first), "second": tokens(second)], targets: ["class": [Double(label)]])
        }
    }

    private func classes(_ kind: Kind) -> Int { kind == .additive && signal == .bits ? 4 : 2 }

    private func label(_ kind: Kind, common: Double, first: Double, second: Double) -> Int {
        func isPositive(_ value: Double) -> Int { value > 0 ? 1 : 0 }
        return switch kind {
        case .redundant: isPositive(common)
        case .unique: isPositive(first)
        case .additive where signal == .bits: 2 * isPositive(first) + isPositive(second)
        case .additive: isPositive(first + second)
        case .exclusive: isPositive(-first * second)
        }
    }
}
