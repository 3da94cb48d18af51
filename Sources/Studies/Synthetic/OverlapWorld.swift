import Foundation
import Multimodal
import Numerics
import Torch

/// Modalities that see overlapping parts of the same latent factors, by an amount that is known.
///
/// There are 2K latent factors, each of which says something about the class, and each of which has a direction of its own
/// among the channels. The modality `anchor` sees the factors 1 … K, and `overlap-o` the factors K−o+1 … 2K−o: o of the
/// anchor's and K−o others. Along the directions of factors that a modality does not see lies noise of the same
/// variance, so that modalities differ in nothing but the map from factors to channels. `overlap-K` sees what the anchor
/// sees, with noise of its own.
public struct OverlapWorld: Sendable {
    /// Factors K that every modality sees.
    public let factors: Int
    /// Classes.
    public let classes: Int
    /// Rows of the training split.
    public let rows: Int
    /// Rows of the validation split.
    public let validRows: Int
    /// Rows of the test split, which measurements do not look at.
    public let testRows: Int
    /// Tokens of a modality.
    public let tokens: Int
    /// Distance of the classes along a factor, in deviations of its noise.
    public let separation: Double
    /// What all random numbers depend on.
    public var seed: UInt64
    /// Which rows are drawn: worlds of one seed differ in nothing else.
    public var draw = 0

    /// A world; by default of 8 factors per modality, 4 classes and 64 training rows.
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

    /// The modalities other than the anchor, by the share of factors that they have in common with it.
    public var overlaps: [(modality: String, share: Double)] {
        (0...factors).map { (name(of: $0), Double($0) / Double(factors)) }
    }

    /// Writes the dataset.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to folder: String) throws -> Dataset {
        let width = 2 * factors
        let modality = ModalityDescription(kind: .sensors, axes: [tokens], channels: width)
        let names = ["anchor"] + overlaps.map(\.modality)
        let description = DatasetDescription(
            name: "overlap", source: "made by OverlapWorld, seed \(seed)",
            modalities: Dictionary(uniqueKeysWithValues: names.map { ($0, modality) }),
            targets: ["class": .classification((0..<classes).map { "class \($0)" })])
        var random = RandomSource(seed: seed, purpose: "overlap/world")
        // Every factor tells the classes apart equally well, each in an order of its own.
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
            // One noise for each factor, not for each view: views of the same factors agree in them.
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

    /// A random orthonormal basis, by Gram and Schmidt.
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
        // Rows of the transpose: channel → weights of the factors.
        return (0..<width).map { channel in rows.map { $0[channel] } }
    }
}
