import Foundation
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Heterogeneity

@Suite("The targets of an entry")
struct EntryTargetsTests {
    /// Numbers whose sums are known: row r has size r and 2r, and the labels r odd and r below 3.
    private let folder: TemporaryFolder
    private let tasks: [String: OpenedTask]

    init() throws {
        folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "rows", modalities: ["a": ModalityDescription(kind: .table, axes: [2], channels: 1)],
            targets: [
                "kind": .classification(["even", "odd", "never"]), "size": .regression(width: 2),
                "labels": .multilabel(["odd", "small"]),
            ])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 8, .valid: 5, .test: 3], folder: folder.path("rows")
        ).write { _, row in
            Sample(
                inputs: ["a": [Float(row), 1]],
                targets: [
                    "kind": [Double(row % 2)], "size": [Double(row), Double(2 * row)],
                    "labels": [Double(row % 2), row < 3 ? 1 : 0],
                ])
        }
        let suite = try Multimodal.Suite(
            yaml: """
                name: rows
                datasets: {rows: {path: ./rows}}
                tasks:
                  kind: {dataset: rows, target: kind}
                  size: {dataset: rows, target: size}
                  labels: {dataset: rows, target: labels}
                """, file: folder.path("suite.yaml"))
        tasks = Dictionary(uniqueKeysWithValues: try suite.open(dataRoot: folder.path).map { ($0.name, $0) })
    }

    private func targets(_ name: String, samples: Int = 100) throws -> EntryTargets {
        let task = try #require(tasks[name])
        return try EntryTargets(
            TransferEntry(task: name, modalities: ["a"]), of: task, budget: TransferBudget(samples: samples))
    }

    /// The classes have 4, 4 and 0 of 8 rows, and half a row more each.
    @Test("the chance loss of classes is that of their frequencies")
    func classes() throws {
        let targets = try targets("kind")
        #expect(targets.lossInNats == 1 && targets.outputs == 3)
        for loss in targets.chanceLosses { #expect(abs(loss - log(9.5 / 4.5)) < 1e-6) }
        #expect(try targets.discreteTargets() == targets.valid.rows.map { $0 % 2 })
        #expect(targets.discretised([1, 0]) == [1, 0])
    }

    /// Rows 0 to 7 have mean 3.5 and variance 5.25, in both columns after scaling.
    @Test("the chance loss of numbers is the squared distance to their mean in standard deviations")
    func numbers() throws {
        let targets = try targets("size")
        #expect(targets.lossInNats == 0.5 && targets.outputs == 2)
        for (row, loss) in zip(targets.valid.rows, targets.chanceLosses) {
            let expected = (Double(row) - 3.5) * (Double(row) - 3.5) / 5.25
            #expect(abs(loss - expected) < 1e-5, "row \(row)")
        }
        // Rows 0 to 4, whose quartiles begin at 1, 2 and 3.
        #expect(try targets.discreteTargets() == targets.valid.rows.map { min($0, 3) })
        #expect(targets.discretised([5, 1, 2, 3, 4, 0, 7, 6]) == [2, 0, 1, 1, 2, 0, 3, 3])
    }

    /// Four of eight rows are odd, three are small. Half a row is added to each side.
    @Test("the chance loss of labels is the mean over labels")
    func labels() throws {
        let targets = try targets("labels")
        let (odd, small) = (4.5 / 9, 3.5 / 9)
        for (row, loss) in zip(targets.valid.rows, targets.chanceLosses) {
            let first = -log(row % 2 == 1 ? odd : 1 - odd)
            let second = -log(row < 3 ? small : 1 - small)
            #expect(abs(loss - (first + second) / 2) < 1e-6, "row \(row)")
        }
        #expect(try targets.discreteTargets() == nil && targets.discretised([1]) == nil)
    }

    /// A label that a row lacks counts neither for nor against chance.
    @Test("labels that some rows lack leave the chance loss a number")
    func missingLabels() throws {
        let path = folder.path("rows/train.safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        // The label `odd` of the rows 1 and 3, both odd.
        let flags = (0..<16).map { ![2, 6].contains($0) }
        tensors["present/target/labels"] = try Tensor(flags, shape: [8, 2])
        try SafetensorsWriter.write(tensors, to: path)
        let suite = try Multimodal.Suite(
            yaml: "{name: rows, datasets: {rows: {path: ./rows}}, tasks: {labels: {dataset: rows, target: labels}}}",
            file: folder.path("suite.yaml"))
        let task = try #require(try suite.open(dataRoot: folder.path).first)
        let targets = try EntryTargets(
            TransferEntry(task: "labels", modalities: ["a"]), of: task, budget: TransferBudget(samples: 100))
        // 2 of 6 known rows are odd, 3 of 8 small, and half a row more each.
        let (odd, small) = (2.5 / 7, 3.5 / 9)
        for (row, loss) in zip(targets.valid.rows, targets.chanceLosses) {
            let first = -log(row % 2 == 1 ? odd : 1 - odd)
            let second = -log(row < 3 ? small : 1 - small)
            #expect(abs(loss - (first + second) / 2) < 1e-6, "row \(row)")
        }
    }

    @Test("the budget limits samples, and fewer than four are an error")
    func budget() throws {
        let few = try targets("kind", samples: 4)
        #expect(few.train.count == 4 && few.valid.count == 4)
        #expect { try targets("kind", samples: 3) } throws: {
            "\($0)".contains("kind/a: 3 rows of")
        }
    }
}
