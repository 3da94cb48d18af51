import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct DatasetWriterTests {
    private let description = DatasetDescription(
        name: "small",
        modalities: [
            "walk": ModalityDescription(kind: .timeSeries, axes: [3], channels: 2),
            "card": ModalityDescription(kind: .table, axes: [2], channels: 1),
        ], targets: ["kind": .classification(["a", "b"]), "size": .regression()])
    private let layouts: [String: DatasetWriter.Layout] = [
        "walk": .init(standardisation: .channel, isMasked: true),
        "card": .init(standardisation: .element, isOptional: true),
    ]

    private func row(_ split: Split, _ index: Int) -> Sample {
        let base = Float(index + (split == .train ? 0 : 100))
        var inputs: [String: [Float]] = ["walk": [base, 10, base + 2, 10, .nan, .nan]]
        if index != 1 { inputs["card"] = [base, -base] }
        return Sample(
            inputs: inputs, valid: ["walk": [true, true, false]],
            targets: ["kind": [Double(index % 2)], "size": [Double(index) / 2]])
    }

    private func write(to folder: String, _ sample: (Split, Int) throws -> Sample) throws -> Dataset {
        try DatasetWriter(description, layouts: layouts, rows: [.train: 4, .valid: 2, .test: 3], folder: folder)
            .write(sample)
    }

    @Test func statisticsComeFromValidTokensOfTrainingRows() throws {
        let folder = try TemporaryFolder()
        let dataset = try write(to: folder.path("d"), row)
        let walk = try #require(dataset.description.modalities["walk"]?.statistics)
        // First channel: 0…3 and 2…5, mean 2.5, variance 2.25; the second does not vary.
        #expect(walk.mean == [2.5, 10])
        #expect(walk.deviation == [1.5, 1])
        let card = try #require(dataset.description.modalities["card"]?.statistics)
        // Rows 0, 2 and 3 have a card.
        #expect(abs(card.mean[0] - 5.0 / 3) < 1e-12 && abs(card.mean[1] + 5.0 / 3) < 1e-12)
        let values = try dataset.test.file.withBytes(of: "walk") { Array($0.bindMemory(to: Float.self)) }
        #expect(values.prefix(6) == [65, 0, Float(99.5 / 1.5), 0, 0, 0])
        #expect(try dataset.test.file.withBytes(of: "present/card", Array.init) == [1, 0, 1])
        #expect(try dataset.test.file.withBytes(of: "mask/walk", Array.init) == [1, 1, 0, 1, 1, 0, 1, 1, 0])
        #expect(dataset.description.splits == ["train": 4, "valid": 2, "test": 3])
    }

    @Test func sameRowsGiveSameBytesAndReplaceTheOld() throws {
        let folder = try TemporaryFolder()
        let first = try write(to: folder.path("d"), row)
        let before = try Split.allCases.map { try folder.bytes("d/" + $0.fileName) } + [folder.bytes("d/dataset.json")]
        _ = try write(to: folder.path("d"), row)
        let after = try Split.allCases.map { try folder.bytes("d/" + $0.fileName) } + [folder.bytes("d/dataset.json")]
        #expect(before == after)
        #expect(first.train.count == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["d"])
    }

    @Test func failureLeavesTheOldDatasetAndNothingElse() throws {
        let folder = try TemporaryFolder()
        _ = try write(to: folder.path("d"), row)
        let before = try folder.bytes("d/test.safetensors")
        #expect {
            try write(to: folder.path("d")) { split, index in
                var sample = row(split, index)
                if split == .test, index == 2 { sample.targets["kind"] = [2] }
                return sample
            }
        } throws: {
            "\($0)".contains("d/test.safetensors: tensor 'target/kind': row 2: label 2.0, expected 0…1")
        }
        #expect(try folder.bytes("d/test.safetensors") == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["d"])
    }

    @Test func foreignFoldersAreNotReplaced() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("d"), withIntermediateDirectories: true)
        try folder.write("precious", to: "d/thesis.txt")
        #expect { try write(to: folder.path("d"), row) } throws: { "\($0)".contains("it is not replaced") }
        #expect(try folder.bytes("d/thesis.txt") == Array("precious".utf8))
    }

    @Test func rowsThatDoNotMatchAreNamed() throws {
        let folder = try TemporaryFolder()
        #expect {
            try write(to: folder.path("d")) { split, index in
                var sample = row(split, index)
                sample.inputs["walk"] = [1, 2]
                return sample
            }
        } throws: {
            "\($0)".contains("tensor 'walk': row 0: 2 numbers, expected [3, 2]")
        }
    }
}
