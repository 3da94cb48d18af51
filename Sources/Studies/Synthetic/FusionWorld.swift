import Foundation
import Multimodal
import Numerics
import Torch

/// Pairs of modalities with a known kind of fusion.
///
/// There are three latent variables: one that both modalities show, and a and b, which only the
/// first and only the second modality shows. Each modality has four channels: two for its two
/// latent variables and two with noise. The inputs are distributed alike for all kinds. Only the
/// target differs.
public struct FusionWorld: Sendable {
    /// The dependence of the target on the latent variables.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// The target is the sign of the common variable: all information is redundant.
        case redundant
        /// The target is the sign of a: all information is unique.
        case unique
        /// Each modality gives one part of the target. The target is the pair (a, b) for bits, and
        /// the sign of a + b for graded signals.
        case additive
        /// The target is the sign of the product a · b, or a ⊕ b for bits: neither modality is
        /// informative alone.
        case exclusive
    }

    /// The distribution of the latent variables.
    public enum Signal: String, Codable, Sendable {
        /// The values 1 and −1. Amounts of information are known. However, (a, b) and a ⊕ b need
        /// the same bits, so a predictor of one is a good start for the other.
        case bits
        /// Normal variables. A sum depends on their magnitudes and a product on their signs, so
        /// each kind needs different features.
        case graded
    }

    /// The distribution of the latent variables.
    public let signal: Signal
    /// The number of rows of the training split.
    public let rows: Int
    /// The number of rows of the validation and of the test split.
    public let validRows: Int
    /// The standard deviation of the noise on a channel. A latent variable has 1.
    public let noise: Double
    /// The seed of all random numbers.
    public var seed: UInt64

    /// Creates a world. The default has bits, 1024 training rows and a noise of 0.6.
    public init(signal: Signal = .bits, rows: Int = 1024, validRows: Int = 400, noise: Double = 0.6, seed: UInt64 = 0) {
        self.signal = signal
        self.rows = rows
        self.validRows = validRows
        self.noise = noise
        self.seed = seed
    }

    /// Writes the dataset of one kind, with the modalities `first` and `second` and the target
    /// `class`.
    ///
    /// - Parameters:
    ///   - kind: The kind of fusion.
    ///   - copy: The number of the copy. Copies differ only in their random numbers.
    ///   - folder: The folder of the dataset.
    /// - Throws: `FileError` when the dataset cannot be written.
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
