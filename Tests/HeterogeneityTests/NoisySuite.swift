import Foundation
import Multimodal
import Numerics
import TestSupport

/// A suite of one task in a temporary folder. Its modality `a` predicts the target, and so does `d`
/// less well; `b` and `c` are noise.
struct NoisySuite {
    let folder: TemporaryFolder
    let suite: Multimodal.Suite
    let tasks: [OpenedTask]

    init(_ overrides: [String] = [], recipe: String = "robust") throws {
        folder = try TemporaryFolder()
        let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
        let description = DatasetDescription(
            name: "cards", modalities: ["a": table, "b": table, "c": table, "d": table],
            targets: ["kind": .classification(["low", "high"])])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 80, .valid: 128, .test: 8], folder: folder.path("cards")
        ).write { split, row in
            var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
            func numbers(_ shift: Double) -> [Float] { (0..<3).map { _ in Float(random.normal() + shift) } }
            let sign = Double(row % 2 * 2 - 1)
            return Sample(
                inputs: ["a": numbers(sign), "b": numbers(0), "c": numbers(0), "d": numbers(0.7 * sign)],
                targets: ["kind": [Double(row % 2)]])
        }
        suite = try Multimodal.Suite(
            yaml: """
                name: noisy
                seed: 3
                datasets: {cards: {path: ./cards}}
                tasks: {kind: {dataset: cards, target: kind}}
                model: {latents: 3, width: 8, head_width: 4, encoder: {self_heads: 2}, crossmodal: {self_heads: 2}}
                training: {recipe: \(recipe), batch: 8, learning_rate: 0.003}
                """, file: folder.path("suite.yaml"), overrides: overrides)
        tasks = try suite.open(dataRoot: folder.path)
    }
}
