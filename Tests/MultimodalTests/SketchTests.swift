import Foundation
import TestSupport
import Testing
import Torch

@testable import Importers
@testable import Multimodal

@Suite struct SketchTests {
    /// Returns the sketch of a modality with these training rows.
    private func sketch(_ modality: ModalityDescription, _ rows: [[Float]?], valid: [[Bool]]? = nil) throws -> Sketch? {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "x", modalities: ["a": modality], targets: ["y": .classification(["p", "q"])])
        let file = { (split: Split) in folder.path(split.fileName) }
        for split in Split.allCases {
            var tensors = [
                "a": SafetensorsTensor(
                    rows.flatMap { $0 ?? [Float](repeating: 7, count: modality.elements) },
                    shape: [rows.count] + modality.axes + [modality.channels]),
                "present/a": SafetensorsTensor(
                    dtype: .uint8, shape: [rows.count], bytes: rows.map { $0 == nil ? 0 : 1 }),
                "target/y": SafetensorsTensor([Int64](repeating: 0, count: rows.count), shape: [rows.count]),
            ]
            if let valid {
                tensors["mask/a"] = SafetensorsTensor(
                    dtype: .uint8, shape: [rows.count] + modality.axes, bytes: valid.joined().map { $0 ? 1 : 0 })
            }
            try SafetensorsWriter.write(tensors, to: file(split))
        }
        try description.write(to: folder.path("dataset.json"))
        return try DatasetSummary(Dataset(folder: folder.path)).modalities[0].sketch
    }

    @Test func patchesArePutBackTogether() throws {
        let patches = Patches(size: (1, 4, 6), patch: (1, 2, 3), channels: 1)
        let pixels = (0..<24).map { Float($0 * $0 % 19) }
        let statistics = Standardisation(
            scope: .channel, mean: [Double](repeating: 5, count: 6), deviation: [Double](repeating: 2, count: 6))
        let modality = ModalityDescription(
            kind: .image, axes: patches.axes, channels: patches.width, patch: patches.sides, statistics: statistics)
        var stored = patches.cut(pixels[...])
        for start in stride(from: 0, to: 24, by: 6) {
            var patch = Array(stored[start..<start + 6])
            statistics.standardise(&patch)
            stored.replaceSubrange(start..<start + 6, with: patch)
        }
        // The first row lacks the modality, so the second is drawn.
        let found = try #require(try sketch(modality, [nil, stored, stored.map { -$0 }]))
        #expect(found.form == .picture && found.rows == 4 && found.columns == 6)
        #expect(zip(found.values, pixels).allSatisfy { abs(($0 ?? .nan) - Double($1)) < 1e-5 })
    }

    @Test func videosShowTheirMiddleFrameInColumnsThatFit() throws {
        let patches = Patches(size: (3, 20, 64), patch: (1, 10, 32), channels: 3)
        // The brightness encodes the frame and the half.
        var pixels: [Float] = []
        for frame in 0..<3 {
            for place in 0..<20 * 64 {
                let value = Float(frame * 10 + (place % 64 < 32 ? 0 : 1))
                pixels += [value, value, value]
            }
        }
        let modality = ModalityDescription(
            kind: .video, axes: patches.axes, channels: patches.width, patch: patches.sides)
        let found = try #require(try sketch(modality, [patches.cut(pixels[...])]))
        #expect(found.rows == 10 && found.columns == 32)
        let expected: [Double?] = (0..<320).map { $0 % 32 < 16 ? 10 : 11 }
        #expect(found.values == expected)
    }

    @Test func unknownPatchesShowTheMeansOfTokens() throws {
        let modality = ModalityDescription(kind: .image, axes: [2, 2], channels: 4)
        let found = try #require(try sketch(modality, [[1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 0, 0, 8, 8]]))
        #expect(found.form == .picture && found.values == [1, 2, 3, 4])
    }

    @Test func spectraRunUpwards() throws {
        // Two tokens of two steps with eight bands; each value encodes the band, then the step.
        let values = (0..<32).map { Float($0 % 8 * 10 + $0 / 8) }
        let modality = ModalityDescription(kind: .speech, axes: [2], channels: 16, patch: [2])
        let found = try #require(try sketch(modality, [values]))
        #expect(found.form == .heatMap && found.rows == 8 && found.columns == 4)
        #expect(Array(found.values.prefix(4)) == [70, 71, 72, 73] && found.values.last == 3)
    }

    @Test func linesSkipMaskedTokens() throws {
        let modality = ModalityDescription(kind: .sensors, axes: [4], channels: 2)
        let found = try #require(
            try sketch(
                modality, [[1, 3, 2, 4, 9, 9, 5, 5], nil, [3, 5, 100, 100, 9, 9, 7, 7]],
                valid: [[true, true, false, true], [true, true, true, true], [true, false, false, true]]))
        #expect(found.form == .line && found.values == [3, 3, nil, 6])
    }

    @Test func oneOutlierDoesNotHideTheRest() throws {
        let modality = ModalityDescription(kind: .table, axes: [1000], channels: 1)
        let numbers = (0..<999).map { Float($0 % 10) } + [1e6]
        let found = try #require(try sketch(modality, [numbers]))
        #expect(found.form == .histogram && found.values.compactMap(\.self).reduce(0, +) == 1000)
        #expect(found.highest < 1.5e5 && found.lowest == 0)
    }

    /// Values that no valid dataset has, and sizes that no image has.
    @Test func hostileValuesAreSummarisedOrSkipped() throws {
        let wild: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0]
        for kind in ModalityKind.allCases {
            let series = ModalityDescription(kind: kind, axes: [6], channels: 1)
            #expect(try sketch(series, [wild])?.values.count != 0)
            let grid = ModalityDescription(kind: kind, axes: [2, 3], channels: 1)
            #expect(try sketch(grid, [wild])?.values.count != 0)
            #expect(try sketch(series, [[Float](repeating: .nan, count: 6)]) == nil)
            #expect(try sketch(grid, [nil]) == nil)
            #expect(
                try sketch(series, [[1, 2, 3, 4, 5, 6]], valid: [[Bool](repeating: false, count: 6)]) == nil)
            let one = try sketch(ModalityDescription(kind: kind, axes: [1], channels: 1), [[5]])
            #expect(one?.form == .histogram && one?.rows == 1)
            let thin = ModalityDescription(kind: kind, axes: [1, 1000], channels: 1)
            #expect(try sketch(thin, [(0..<1000).map { Float($0) }])?.values.isEmpty == false)
        }
    }

    @Test(arguments: [
        (#""patch": [1, 3]"#, "modalities.picture.patch: [1, 3], expected sizes whose product divides the 4 channels"),
        (#""patch": [2]"#, "modalities.picture.patch: 1 sizes, expected 2, one per axis"),
        (#""patch": [0, 2]"#, "modalities.picture.patch: '0', expected whole numbers in 1"),
        (#""patch": [134217728, 268435456]"#, "expected sizes whose product divides the 4 channels"),
    ])
    func invalidPatchesAreNamed(text: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let dataset = try folder.copy(fixture: "python-dataset")
        let json = try String(contentsOfFile: dataset + "/dataset.json", encoding: .utf8)
        let range = try #require(json.range(of: #""axes": [2, 3]"#))
        try folder.write(
            json.replacingCharacters(in: range, with: #""axes": [2, 3], "# + text),
            to: "python-dataset/dataset.json")
        #expect { try Dataset(folder: dataset) } throws: { "\($0)".contains(expected) }
    }
}
