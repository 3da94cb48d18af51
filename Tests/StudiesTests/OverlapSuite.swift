import Foundation
import Multimodal
import TestSupport

@testable import Studies

/// A suite with one task and four modalities with known overlaps, in its own temporary folder.
struct OverlapSuite {
    let folder: TemporaryFolder
    let suite: Multimodal.Suite

    init() throws {
        folder = try TemporaryFolder()
        _ = try OverlapWorld(factors: 2, validRows: 64).write(to: "\(folder.path)/data")
        suite = try Multimodal.Suite(
            yaml: """
                name: overlap
                datasets: {world: {path: ./data}}
                tasks: {class: {dataset: world, target: class}}
                model: {latents: 2, width: 16, head_width: 8, encoder: {self_heads: 2}, crossmodal: {self_heads: 2}}
                training: {recipe: published, epochs: 2, learning_rate: 0.002, batch: 16, stage2: {epochs: 1}}
                """, file: "\(folder.path)/suite.yaml")
    }
}
