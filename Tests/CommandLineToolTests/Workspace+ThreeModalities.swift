import Foundation
import Multimodal
import Numerics

extension Workspace {
    /// Creates a workspace whose suite `three.yaml` has one task with three modalities.
    ///
    /// One modality determines the target and two are noise.
    ///
    /// - Parameter isRedundant: True for modalities that hold the same numbers in another form, of
    ///   more samples. All of them can be learned, but some pairs add nothing.
    /// - Throws: An error naming the file that cannot be written.
    static func threeModalities(isRedundant: Bool = false) throws -> Workspace {
        let workspace = try Workspace()
        let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
        let description = DatasetDescription(
            name: "cards", modalities: ["a": table, "b": table, "c": table],
            targets: ["kind": .classification(["low", "high"])])
        _ = try DatasetWriter(
            description, layouts: [:],
            rows: [.train: isRedundant ? 96 : 32, .valid: isRedundant ? 128 : 32, .test: 16],
            folder: workspace.path("data/cards")
        ).write { split, row in
            var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
            func numbers(_ shift: Double) -> [Float] { (0..<3).map { _ in Float(random.normal() + shift) } }
            let kind = row % 2
            let first = numbers(Double(2 * kind))
            return Sample(
                inputs: [
                    "a": first, "b": isRedundant ? first.reversed() : numbers(0),
                    "c": isRedundant ? [1, 2, 0].map { first[$0] } : numbers(0),
                ],
                targets: ["kind": [Double(kind)]])
        }
        try workspace.write(
            """
            name: three
            seed: 3
            datasets: {cards: {path: cards, import: digits}}
            tasks: {kind: {dataset: cards, target: kind}}
            model:
              {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2},
               crossmodal: {cross_heads: 1, self_heads: 2}}
            training:
              {recipe: published, epochs: 12, batch: 8, learning_rate: 0.01, weight_decay: 0,
               stage2: {epochs: 12, learning_rate: 0.003}}
            """, to: "three.yaml")
        return workspace
    }

    /// Writes the suite `trio.yaml`, whose three tasks have scores that no two trainings share.
    ///
    /// - Throws: An error naming the file that cannot be written.
    func writeTrio() throws {
        try write(
            """
            name: trio
            seed: 3
            datasets: {cards: {path: cards, import: digits}}
            tasks:
              first: {dataset: cards, target: kind, modalities: [a], metrics: [auroc]}
              second: {dataset: cards, target: kind, modalities: [b], metrics: [auroc]}
              third: {dataset: cards, target: kind, modalities: [c], metrics: [auroc]}
            model: {latents: 3, width: 8, head_width: 4, identity_width: 3}
            training: {recipe: published, epochs: 4, batch: 8, learning_rate: 0.01}
            """, to: "trio.yaml")
    }
}
