import Foundation
import TestSupport
import Testing

@testable import CommandLineTool
@testable import Multimodal

/// Summaries of datasets as text.
@Suite struct DatasetSummaryTextTests {
    @Test func stylesUseOnlyTheirCharacters() throws {
        let description = DatasetDescription(
            name: "x",
            modalities: [
                "picture": ModalityDescription(kind: .image, axes: [4, 4], channels: 1),
                "walk": ModalityDescription(kind: .sensors, axes: [8], channels: 2),
            ], targets: ["y": .classification(["p", "q"]), "size": .regression()])
        let folder = try TemporaryFolder()
        let dataset = try DatasetWriter(
            description, layouts: [:], rows: [.train: 8, .valid: 2, .test: 2], folder: folder.path("d")
        ).write { split, row in
            Sample(
                inputs: ["picture": (0..<16).map(Float.init), "walk": (0..<16).map { Float($0 + row) }],
                targets: ["y": [row % 4 == 0 ? 1 : 0], "size": [Double(row)]])
        }
        let summary = try DatasetSummary(dataset)
        let ascii = summary.text(.ascii).replacingOccurrences(of: folder.path, with: "")
        #expect(ascii.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A })
        #expect(ascii.contains("p  ####################  train 6") && ascii.contains("q  #######  "))
        #expect(!summary.text(.blocks).contains("\u{1B}"))
        #expect(summary.text(.blocks).contains("▁▂▃▄▅▆▇█"))
        #expect(summary.text(.gray).contains("\u{1B}[38;5;232m") && summary.text(.gray).contains("▀\u{1B}[0m"))
        #expect(try DatasetSummary(dataset) == summary)
        #expect(summary.targets.first { $0.name == "size" }?.histograms.count == 1)
    }

    @Test func cellsWithoutValuesAreBlank() {
        let sketch = Sketch(
            form: .line, subject: "means", rows: 1, columns: 4, values: [3, 3, nil, 6], lowest: 3, highest: 6)
        #expect(sketch.lines(.blocks) == ["▁▁ █"] && sketch.lines(.ascii) == ["00 9"])
    }

    /// Ranges that overflow, and ranges without width.
    @Test(arguments: [Sketch.Form.picture, .heatMap, .line, .histogram])
    func extremeValuesAreDrawn(_ form: Sketch.Form) {
        let largest = Double(Float.greatestFiniteMagnitude)
        for (lowest, highest) in [(-largest, largest), (-.greatestFiniteMagnitude, .greatestFiniteMagnitude), (5, 5)] {
            let sketch = Sketch(
                form: form, subject: "all", rows: 1, columns: 5, values: [lowest, nil, 0, 5, highest], lowest: lowest,
                highest: highest)
            for style in [SketchStyle.blocks, .ascii] { #expect(sketch.lines(style).map(\.count) == [5]) }
            #expect(sketch.lines(.gray).count == 1)
        }
    }

    @Test func copiesAndFindingsAreWarnings() throws {
        let description = DatasetDescription(
            name: "x",
            modalities: [
                "a": ModalityDescription(kind: .sensors, axes: [8], channels: 1),
                "b": ModalityDescription(kind: .sensors, axes: [8], channels: 1),
            ], targets: ["y": .classification(["p", "q"])])
        let folder = try TemporaryFolder()
        let dataset = try DatasetWriter(
            description, layouts: [:], rows: [.train: 6, .valid: 2, .test: 2], folder: folder.path("d")
        ).write { split, row in
            let place = split == .train ? max(row, 1) : split == .valid ? 10 + row : 20 + row
            func values(_ start: Int) -> [Float] { (0..<8).map { Float(($0 * start) % 13) + Float(start) / 8 } }
            // Row 0 of training is that of row 1. A modality of test is that of row 4 of training.
            return Sample(
                inputs: ["a": values(place), "b": values(split == .test && row == 1 ? 4 : place)], targets: ["y": [0]])
        }
        let text = try DatasetSummary(dataset).text(.blocks)
        #expect(text.contains("warning: 1 row of train is there twice"))
        #expect(text.contains("warning: b in 1 row of test is also in train"))
        #expect(text.contains("warning: y: 1 of 2 classes have no training row: 'q'"))
        #expect(text.contains("warning: y: all training rows have class 'p'; nothing can be learnt"))
    }

    @Test func leakageBetweenSplitsIsAWarning() throws {
        let description = DatasetDescription(
            name: "x", modalities: ["a": ModalityDescription(kind: .sensors, axes: [2], channels: 1)],
            targets: ["y": .classification(["p", "q"])],
            groups: [
                "subject": GroupDescription(description: "who", disjoint: true),
                "room": GroupDescription(disjoint: false),
            ])
        let folder = try TemporaryFolder()
        let dataset = try DatasetWriter(
            description, layouts: [:], rows: [.train: 3, .valid: 3, .test: 3], folder: folder.path("d")
        ).write { split, row in
            // Row 0 of validation repeats row 0 of training. The rooms are those of all splits.
            let base = Float(row) + (split == .test ? 10 : split == .valid && row > 0 ? 20 : 0)
            return Sample(
                inputs: ["a": [base, -base]], targets: ["y": [Double(row % 2)]],
                groups: ["subject": split == .train ? 1 : split == .valid ? 2 : 3, "room": row])
        }
        let text = try DatasetSummary(dataset).text(.blocks)
        #expect(text.contains("warning: 1 row of valid is also in train"))
        #expect(text.contains("warning: 3 rooms are in train and test") && !text.contains("subjects are"))
    }
}
