import Foundation
import Multimodal
import Numerics

extension Workspace {
    /// Creates a workspace whose suite `three.yaml` has one task with three modalities.
    ///
    /// One modality determines the target and two are noise, so some pairs add nothing.
    ///
    /// - Throws: An error naming the file that cannot be written.
    static func threeModalities() throws -> Workspace {
        let workspace = try Workspace()
        let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
        let description = DatasetDescription(
            name: "cards", modalities: ["a": table, "b": table, "c": table],
            targets: ["kind": .classification(["low", "high"])])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 32, .valid: 32, .test: 16], folder: workspace.path("data/cards")
        ).write { split, row in
            var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
            func numbers(_ shift: Double) -> [Float] { (0..<3).map { _ in Float(random.normal() + shift) } }
            let kind = row % 2
            return Sample(
                inputs: ["a": numbers(Double(2 * kind)), "b": numbers(0), "c": numbers(0)],
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
}
