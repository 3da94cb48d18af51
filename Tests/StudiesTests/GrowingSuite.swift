import Foundation
import Multimodal
import Numerics
import Studies
import TestSupport
import Torch

/// A suite of three tasks over two datasets, small enough for studies of many trainings.
struct GrowingSuite {
    let folder: TemporaryFolder
    let suite: Multimodal.Suite

    init(recipe: TrainingRecipe = .published) throws {
        folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "gaits",
            modalities: [
                "walk": ModalityDescription(kind: .timeSeries, axes: [4], channels: 2),
                "card": ModalityDescription(kind: .table, axes: [3], channels: 1),
            ],
            targets: ["kind": .classification(["low", "high"]), "size": .regression()])
        for name in ["gaits", "others"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            _ = try DatasetWriter(
                description, layouts: [:], rows: [.train: 24, .valid: 16, .test: 16], folder: folder.path(name)
            ).write { split, row in
                var random = RandomSource(seed: 5, purpose: "\(name)/\(split)/\(row)")
                func numbers(_ count: Int) -> [Float] {
                    (0..<count).map { _ in Float(random.normal() + Double(row % 2)) }
                }
                return Sample(
                    inputs: ["walk": numbers(8), "card": numbers(3)],
                    targets: ["kind": [Double(row % 2)], "size": [Double(row % 2) + 0.1 * random.normal()]])
            }
        }
        suite = try Multimodal.Suite(
            yaml: """
                name: growing
                seed: 2
                datasets: {gaits: {path: gaits}, others: {path: others}}
                tasks:
                  kind: {dataset: gaits, target: kind}
                  size: {dataset: gaits, target: size, modalities: [walk]}
                  other: {dataset: others, target: kind}
                model: {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {self_heads: 2}}
                training: {recipe: \(recipe.rawValue), epochs: 1, batch: 12}
                """, file: folder.path("suite.yaml"))
    }

    func training(_ name: String, usesTest: Bool = true) -> StudyTraining {
        StudyTraining(dataRoot: folder.path, folder: folder.path(name), usesTest: usesTest)
    }

    /// Returns the lines of a file in the folder of a study.
    func lines(_ name: String) throws -> [String] {
        String(decoding: try folder.bytes(name), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
