import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

/// `present/target/NAME`: rows that lack a target.
@Suite struct MissingLabelTests {
    private let suite = """
        {name: s, datasets: {d: {path: d}}, training: {recipe: published},
         tasks: {kind: {dataset: d, target: kind}, size: {dataset: d, target: size}}}
        """

    /// Six rows whose table holds their number; rows 1 and 4 have no kind, and say -1.
    private func folder(_ present: [Bool] = [true, false, true, true, false, true]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "d", modalities: ["table": ModalityDescription(kind: .table, axes: [1], channels: 1)],
            targets: ["kind": .classification(["a", "b"]), "size": .regression()])
        try FileManager.default.createDirectory(atPath: folder.path("d"), withIntermediateDirectories: true)
        try description.write(to: folder.path("d/dataset.json"))
        for split in Split.allCases {
            try SafetensorsWriter.write(
                [
                    "table": Tensor((0..<6).map { Float($0) }, shape: [6, 1, 1]),
                    "target/kind": Tensor([0, -1, 1, 1, -1, 0].map { Int64($0) }, shape: [6]),
                    "target/size": Tensor((0..<6).map { Float($0) }, shape: [6]),
                    "present/target/kind": Tensor(present, shape: [6]),
                ], to: folder.path("d/\(split.fileName)"))
        }
        return folder
    }

    @Test func rowsWithoutTheTargetArePassedOver() throws {
        let folder = try folder()
        try Dataset(folder: folder.path("d")).validate()
        let tasks = try Multimodal.Suite(yaml: suite).open(dataRoot: folder.path)
        let reader = BatchReader(tasks[0], split: .train)
        #expect(reader.rows == 4 && tasks[0].rows(of: .train) == 4 && tasks[1].rows(of: .train) == 6)
        let batch = try reader.batch([0, 1, 2, 3])
        #expect(batch.rows == [0, 1, 2, 3])
        #expect(try #require(batch.inputs["table"]).floats() == [0, 2, 3, 5])
        #expect(try batch.target.integers() == [0, 1, 1, 0])
        #expect(try BatchReader(tasks[1], split: .train).batch([1, 4]).target.floats() == [1, 4])
        #expect(throws: DatasetError.self) { try reader.batch([4]) }
    }

    @Test func labelsThatAreThereAreChecked() throws {
        let folder = try folder([true, true, true, true, false, true])
        #expect { try Dataset(folder: folder.path("d")).validate() } throws: { "\($0)".contains("label -1 in row 1") }
    }

    @Test func aSplitWithoutAnyLabelIsNamed() throws {
        let folder = try folder(Array(repeating: false, count: 6))
        #expect { try Multimodal.Suite(yaml: suite).open(dataRoot: folder.path) } throws: {
            "\($0)".contains("tasks.kind.target") && "\($0)".contains("train.safetensors")
        }
    }
}
