import Foundation
import Method
import Multimodal
import Numerics
import Studies
import TestSupport
import Testing
import Training

@Suite struct TransferComparisonTests {
    /// Writes a dataset of two modalities of the same two classes, of which `turned` has other
    /// channels.
    private func write(_ name: String, channels: Int, rows: Int, to folder: TemporaryFolder) throws {
        let description = DatasetDescription(
            name: name, modalities: ["signal": ModalityDescription(kind: .timeSeries, axes: [3], channels: channels)],
            targets: ["kind": .classification(["low", "high"])])
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: rows, .valid: 32, .test: 32], folder: folder.path(name)
        ).write { split, row in
            var random = RandomSource(seed: 5, purpose: "\(name)/\(split)/\(row)")
            return Sample(
                inputs: ["signal": (0..<(3 * channels)).map { _ in Float(random.normal() + Double(row % 2)) }],
                targets: ["kind": [Double(row % 2)]])
        }
    }

    private func suite(_ task: String, _ folder: TemporaryFolder) throws -> Multimodal.Suite {
        try Multimodal.Suite(
            yaml: """
                name: \(task)
                seed: 2
                datasets: {\(task): {path: \(task)}}
                tasks: {\(task): {dataset: \(task), target: kind}}
                model: {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {self_heads: 2}}
                training: {epochs: 2, epoch_batches: 4, summary: none}
                """, file: folder.path("\(task).yaml"))
    }

    @Test func cellsHaveAllSeedsAndAreKept() throws {
        let folder = try TemporaryFolder()
        try write("plain", channels: 2, rows: 48, to: folder)
        try write("turned", channels: 3, rows: 20, to: folder)
        let source = RunDirectory(folder.path("source"))
        _ = try StageTraining(
            .first, of: OpenedSuite(suite("plain", folder), dataRoot: folder.path), run: source, device: .cpu
        ).perform()
        func comparison(test: Bool) throws -> TransferComparison {
            let transfer = try TaskTransfer(
                from: source, to: suite("turned", folder), dataRoot: folder.path, device: .cpu)
            return TransferComparison(
                transfer, source: "source", arms: transfer.arms, labels: [1, 0.01, 0.05], seeds: 2,
                folder: folder.path("runs"), usesTest: test)
        }
        var said: [String] = []
        let first = try comparison(test: true).run { said.append($0) }
        #expect(said.first == "5 % of the labels are the same rows as 1 %; trained once")
        #expect(said.count == 1 + 2 * 2 * 3)
        #expect(first.cells.map(\.labels) == [0.01, 0.01, 0.01, 1, 1, 1])
        #expect(first.cells.map { $0.rows["turned"] } == [2, 2, 2, 20, 20, 20])
        for cell in first.cells {
            #expect(cell.summary.runs.map(\.seed) == [2, 3] && cell.summary.score?.n == 2)
            #expect((cell.aheadOfScratch == nil) == (cell.arm == .fromScratch))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("runs")).sorted()
        #expect(names.count == 12 && names.contains("frozen-encoder-labels-1-seed-3"))
        // A second call trains nothing and says the same.
        let before = try FileManager.default.attributesOfItem(
            atPath: folder.path("runs/fine-tuned-labels-100-seed-2/stage1/best.safetensors"))
        let again = try comparison(test: true).run()
        let after = try FileManager.default.attributesOfItem(
            atPath: folder.path("runs/fine-tuned-labels-100-seed-2/stage1/best.safetensors"))
        #expect(again.cells.map(\.summary.score) == first.cells.map(\.summary.score))
        #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
        let valid = try comparison(test: false).run()
        #expect(valid.split == .valid && valid.cells.allSatisfy { $0.summary.runs.allSatisfy { $0.split == .valid } })
    }
}
