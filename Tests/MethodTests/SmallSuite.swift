import Foundation
import Multimodal
import Numerics
import Torch

/// A suite of one task with three modalities in a temporary folder. All predict the target
/// equally well, from the same numbers in another form, so that some pairs add nothing.
final class SmallSuite {
    let root: String

    /// Writes the dataset.
    ///
    /// - Parameter hasGaps: True to leave out the first modality in every seventh sample.
    init(hasGaps: Bool = false) throws {
        root = NSTemporaryDirectory() + "method-tests-" + UUID().uuidString
        let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
        let description = DatasetDescription(
            name: "cards", modalities: ["a": table, "b": table, "c": table],
            targets: ["kind": .classification(["low", "high"])])
        try FileManager.default.createDirectory(atPath: dataRoot, withIntermediateDirectories: true)
        _ = try DatasetWriter(
            description, layouts: ["a": .init(isOptional: hasGaps)], rows: [.train: 96, .valid: 128, .test: 16],
            folder: "\(dataRoot)/cards"
        ).write { split, row in
            var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
            let numbers = (0..<3).map { _ in Float(random.normal() + Double(row % 2 * 2)) }
            return Sample(
                inputs: [
                    "a": hasGaps && row % 7 == 0 ? nil : numbers, "b": Array(numbers.reversed()),
                    "c": [1, 2, 0].map { numbers[$0] },
                ].compactMapValues(\.self),
                targets: ["kind": [Double(row % 2)]])
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var dataRoot: String { "\(root)/data" }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func suite() throws -> Multimodal.Suite {
        try Multimodal.Suite(
            yaml: """
                name: three
                seed: 3
                datasets: {cards: {path: cards}}
                tasks: {kind: {dataset: cards, target: kind}}
                model:
                  {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2},
                   crossmodal: {cross_heads: 1, self_heads: 2}}
                training:
                  {recipe: published, epochs: 8, batch: 8, learning_rate: 0.01, weight_decay: 0,
                   stage2: {epochs: 2, learning_rate: 0.003}}
                """, file: path("suite.yaml"))
    }

    /// Returns the content of every file in a folder by relative path, without the files that
    /// contain times.
    func files(_ name: String) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path(name))
        return names.reduce(into: [:]) { files, file in
            guard !["timing.json", "speed.json"].contains(file), !file.hasPrefix("tensorboard") else { return }
            files[file] = FileManager.default.contents(atPath: "\(path(name))/\(file)")
        }
    }
}
