import Foundation
import Multimodal
import Numerics
import Torch

/// Modalities that see overlapping sets of latent factors.
///
/// There are 2K latent factors. Each is informative about the class and has its own direction among
/// the channels. The modality `anchor` sees the factors 1 … K, and `overlap-o` the factors K−o+1 …
/// 2K−o: o factors of the anchor and K−o others. The directions of factors that a modality does not
/// see carry noise of the same variance. Modalities therefore differ only in the map from factors
/// to channels. `overlap-K` sees the same factors as the anchor, with different noise.
public struct OverlapWorld: Sendable {
    /// The number of factors K that each modality sees.
    public let factors: Int
    /// The number of classes.
    public let classes: Int
    /// The number of rows of the training split.
    public let rows: Int
    /// The number of rows of the validation split.
    public let validRows: Int
    /// The number of rows of the test split, which measurements do not read.
    public let testRows: Int
    /// The number of tokens of each modality.
    public let tokens: Int
    /// The distance between classes along a factor, in standard deviations of the factor's noise.
    public let separation: Double
    /// The seed of all random numbers.
    public var seed: UInt64
    /// The number of the draw of rows. Worlds with the same seed differ only in their draw.
    public var draw = 0

    /// Creates a world. The default has 8 factors per modality, 4 classes and 64 training rows.
    public init(
        factors: Int = 8, classes: Int = 4, rows: Int = 64, validRows: Int = 512, testRows: Int = 8, tokens: Int = 1,
        separation: Double = 1.5, seed: UInt64 = 0
    ) {
        self.factors = factors
        self.classes = classes
        self.rows = rows
        self.validRows = validRows
        self.testRows = testRows
        self.tokens = tokens
        self.separation = separation
        self.seed = seed
    }

    /// The modalities other than the anchor, each with the share of factors that it has in common
    /// with it.
    public var overlaps: [(modality: String, share: Double)] {
        (0...factors).map { (name(of: $0), Double($0) / Double(factors)) }
    }

    /// Writes the dataset.
    ///
    /// - Throws: `FileError` when the dataset cannot be written.
    public func write(to folder: String) throws -> Dataset {
        let width = 2 * factors
        let modality = ModalityDescription(kind: .sensors, axes: [tokens], channels: width)
        let names = ["anchor"] + overlaps.map(\.modality)
        let description = DatasetDescription(
            name: "overlap", source: "made by OverlapWorld, seed \(seed)",
            modalities: Dictionary(uniqueKeysWithValues: names.map { ($0, modality) }),
            targets: ["class": .classification((0..<classes).map { "class \($0)" })])
        var random = RandomSource(seed: seed, purpose: "overlap/world")
        // Every factor separates the classes equally well, each in a different order.
        let steps = (0..<classes).map { Double(2 * $0 - classes + 1) }
        let size = (steps.reduce(0) { $0 + $1 * $1 } / Double(classes)).squareRoot()
        let prototypes = (0..<width).map { _ in steps.map { $0 / size }.shuffled(using: &random) }
        let mixing = Self.rotation(width, &random)
        let deviation = (1.09 + separation * separation).squareRoot()
        let writer = DatasetWriter(
            description, layouts: [:], rows: [.train: rows, .valid: validRows, .test: testRows], folder: folder)
        return try writer.write { split, row -> Sample in
            let own = draw == 0 ? "" : "/\(draw)"
            var random = RandomSource(seed: seed, purpose: "overlap/\(split.rawValue)/\(row)\(own)")
            let label = Int(random.next() % UInt64(classes))
            // The noise belongs to the factor, not to the view, so that views of the same factors
            // agree.
            let latent = prototypes.map { separation * $0[label] + random.normal() }
            var inputs: [String: [Float]] = [:]
            for name in names {
                let seen = range(of: name)
                inputs[name] = (0..<tokens).flatMap { _ in
                    let values = (0..<width).map { factor in
                        seen.contains(factor)
                            ? latent[factor] + 0.3 * random.normal() : deviation * random.normal()
                    }
                    return mixing.map { direction in Float(zip(direction, values).reduce(0) { $0 + $1.0 * $1.1 }) }
                }
            }
            return Sample(inputs: inputs, targets: ["class": [Double(label)]])
        }
    }

    private func name(of overlap: Int) -> String { "overlap-\(overlap)" }

    private func range(of name: String) -> Range<Int> {
        guard let overlap = (0...factors).first(where: { self.name(of: $0) == name }) else { return 0..<factors }
        return (factors - overlap)..<(2 * factors - overlap)
    }

    /// Returns a random orthonormal basis by the Gram–Schmidt process.
    private static func rotation(_ width: Int, _ random: inout RandomSource) -> [[Double]] {
        var rows: [[Double]] = []
        while rows.count < width {
            var row = (0..<width).map { _ in random.normal() }
            for other in rows {
                let product = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                row = zip(row, other).map { $0 - product * $1 }
            }
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 1e-6 else { continue }
            rows.append(row.map { $0 / norm })
        }
        // Transposed: for each channel, the weights of the factors.
        return (0..<width).map { channel in rows.map { $0[channel] } }
    }
}
