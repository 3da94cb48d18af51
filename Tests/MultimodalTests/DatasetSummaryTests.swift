import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct DatasetSummaryTests {
    private func dataset(in folder: TemporaryFolder) throws -> Dataset {
        let description = DatasetDescription(
            name: "x", source: "here", modalities: ["a": ModalityDescription(kind: .sensors, axes: [2], channels: 1)],
            targets: ["y": .classification(["p", "q"]), "t": .multilabel(["m", "n"]), "z": .regression()])
        let writer = DatasetWriter(
            description, layouts: ["a": .init(isMasked: true, isOptional: true)],
            rows: [.train: 4, .valid: 2, .test: 4], folder: folder.path("d"))
        return try writer.write { split, row in
            // Row 0 of validation repeats row 0 of training, and row 3 of every split lacks the
            // modality.
            let base = Float(row) + (split == .test ? 10 : split == .valid && row > 0 ? 20 : 0)
            return Sample(
                inputs: row == 3 ? [:] : ["a": [base, -base]], valid: row == 3 ? [:] : ["a": [true, row != 1]],
                targets: [
                    "y": [split == .train ? (row == 0 ? 0 : 1) : Double(row % 2)], "t": [1, row == 0 ? 1 : 0],
                    "z": [Double(row)],
                ])
        }
    }

    @Test func valuesAreSummarised() throws {
        let folder = try TemporaryFolder()
        let summary = try DatasetSummary(dataset(in: folder))
        #expect(summary.rows == ["train": 4, "valid": 2, "test": 4])
        let values = try #require(summary.modalities.first?.splits["train"])
        #expect(values.missingRows == 0.25)
        #expect(abs(values.maskedTokens - 1.0 / 6) < 1e-12)
        #expect(values.minimum == -2 && values.maximum == 2)
        // The values are 0, 0, 1, 2 and −2.
        #expect(abs((values.mean ?? 0) - 0.2) < 1e-12)
        #expect(abs((values.deviation ?? 0) - (8.8 / 5).squareRoot()) < 1e-12)
        let targets = Dictionary(uniqueKeysWithValues: summary.targets.map { ($0.name, $0) })
        #expect(targets["y"]?.counts["train"] == [1, 3] && targets["y"]?.chance == 0.5)
        // The first label is always set. The second is absent in most training rows and in 3 of 4
        // test rows.
        #expect(targets["t"]?.counts["test"] == [4, 1] && targets["t"]?.chance == 7.0 / 8)
        #expect(targets["z"]?.mean == [1.5] && targets["z"]?.chance == 0)
        #expect(summary.repetitions.contains(.init(split: .valid, earlier: .train, rows: 1)))
    }

    /// Of ten rows, six lack the class and five the labels; what is stored instead counts nowhere.
    @Test func rowsWithoutATargetAreNoClass() throws {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "x", modalities: ["a": ModalityDescription(kind: .sensors, axes: [2], channels: 1)],
            targets: ["y": .classification(["p", "q"]), "t": .multilabel(["m", "n"])])
        let dataset = try DatasetWriter(
            description, layouts: [:], optionalTargets: ["y", "t"], rows: [.train: 10, .valid: 10, .test: 10],
            folder: folder.path("d")
        ).write { _, row in
            var targets: [String: [Double]] = [:]
            if row >= 6 { targets["y"] = [row == 6 ? 0 : 1] }
            if row % 2 == 0 { targets["t"] = [1, row == 0 ? 1 : 0] }
            return Sample(inputs: ["a": [Float(row), 1]], targets: targets)
        }
        let targets = Dictionary(uniqueKeysWithValues: try DatasetSummary(dataset).targets.map { ($0.name, $0) })
        #expect(targets["y"]?.counts["train"] == [1, 3] && targets["y"]?.chance == 0.75)
        // Always the first label and never the second: 5 and 4 of 5 known ones.
        #expect(targets["t"]?.counts["train"] == [5, 1] && targets["t"]?.chance == 0.9)
    }

    /// Salaries do not hide the other fields of a table.
    @Test func fieldsHaveTolerancesOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "x", modalities: ["a": ModalityDescription(kind: .table, axes: [2], channels: 1)],
            targets: ["y": .classification(["p", "q"])])
        let dataset = try DatasetWriter(
            description, layouts: [:], rows: [.train: 2, .valid: 2, .test: 2], folder: folder.path("d")
        ).write { split, row in
            // Only the first row of the test split has the values of another one.
            let place = Float(split == .train ? 0 : split == .valid ? 2 : row == 0 ? 0 : 5)
            return Sample(inputs: ["a": [50_000, (place + Float(row)) / 10]], targets: ["y": [Double(row)]])
        }
        #expect(try DatasetSummary(dataset).repetitions == [.init(split: .test, earlier: .train, rows: 1)])
    }

    @Test func summariesSurviveJSON() throws {
        let summary = try DatasetSummary(Dataset(folder: Fixtures.path("python-dataset")))
        let data = try JSONEncoder().encode(summary)
        #expect(try JSONDecoder().decode(DatasetSummary.self, from: data) == summary)
        #expect(summary.repetitions.isEmpty)
    }
}
