import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct DatasetTests {
    @Test func pythonDatasetOpensAndIsValid() throws {
        let dataset = try Dataset(folder: Fixtures.path("python-dataset"))
        #expect(dataset.train.count == 6 && dataset.valid.count == 3 && dataset.test.count == 4)
        #expect(dataset.description.targets["tags"]?.classes == ["0", "1", "2", "3"])
        #expect(dataset.description.modalities["walk"]?.description == "größe 😀")
        #expect(dataset.train.hasMask("walk") && !dataset.train.hasMask("picture"))
        #expect(dataset.train.hasPresence("picture") && !dataset.train.hasPresence("walk"))
        try dataset.validate()
    }

    @Test(arguments: [
        (#""channels": 4"#, #""channels": 5"#, "tensor 'picture': shape [6, 2, 3, 4], expected [N, 2, 3, 5]"),
        (#""picture": {"#, #""pictures": {"#, "tensor 'pictures': missing; there is 'picture'"),
        (#""kind": "image""#, #""kind": "imag""#, "modalities.picture.kind: 'imag', expected one of image"),
        (#""axes": [2, 3]"#, #""axis": [2, 3]"#, "modalities.picture.axis: unknown key, did you mean 'axes'?"),
        (#""axes": [2, 3]"#, #""axes": [2, 0]"#, "modalities.picture.axes: '0', expected whole numbers in 1"),
        (#""axes": [2, 3]"#, #""axes": [268435456, 3]"#, "modalities.picture.axes: more than"),
        (#""kind": "regression""#, #""kind": "regression", "classes": 3"#, "targets.weight.classes: unknown key"),
        (
            #""kind": "regression""#, #""kind": "classification", "classes": 2"#,
            "'target/weight': dtype F32, expected I64"
        ),
        (#""classes": 4"#, #""classes": 9"#, "'target/tags': shape [6, 4], expected [N, 9]"),
        (
            #""name": "python-dataset","#, #""name": "x", "splits": {"valid": 7},"#,
            "3 rows, but dataset.json states splits.valid = 7"
        ),
        (#""name": "python-dataset","#, #""name": "x", "format": 2,"#, "format: 2, this version reads 1"),
        (#""name": "python-dataset","#, "", "name: missing"),
        (#""modalities":"#, #""modalites":"#, "modalites: unknown key, did you mean 'modalities'?"),
        (#""targets":"#, #""target":"#, "target: unknown key, did you mean 'targets'?"),
        (#"{"#, "", "not valid JSON"),
    ])
    func wrongDescriptionsAreNamed(text: String, replacement: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let dataset = try folder.copy(fixture: "python-dataset")
        let file = dataset + "/dataset.json"
        let json = try String(contentsOfFile: file, encoding: .utf8)
        let range = try #require(json.range(of: text))
        try json.replacingCharacters(in: range, with: replacement).write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect {
            try Dataset(folder: dataset)
        } throws: { error in
            "\(error)".contains(expected) && "\(error)".contains("python-dataset/") && !"\(error)".contains("\n")
        }
    }

    @Test func missingFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        let dataset = try folder.copy(fixture: "python-dataset")
        try FileManager.default.removeItem(atPath: dataset + "/valid.safetensors")
        #expect { try Dataset(folder: dataset) } throws: { "\($0)".contains("valid.safetensors: No such file") }
        #expect { try Dataset(folder: folder.path) } throws: { "\($0)".contains("dataset.json: no such file") }
    }

    /// One small dataset with a fault in its numbers.
    @Test(arguments: [
        ("target/y", "label 12 in row 1, expected 0…9 (10 classes)"),
        ("a", "nan in row 1, token 2, channel 0"),
        ("mask/a", "2 in row 0, expected 0 or 1"),
        ("present/a", "7 in row 1, expected 0 or 1"),
        ("target/tags", "0.5 in row 1, expected 0 or 1"),
        ("target/size", "inf in row 0, expected finite"),
        ("empty", "row 0 has no valid token"),
    ])
    func wrongValuesAreNamed(tensor: String, expected: String) throws {
        let folder = try TemporaryFolder()
        var values: [Float] = [0, 1, 2, 3, 4, 5]
        var labels: [Int64] = [0, 9]
        var mask: [UInt8] = [1, 1, 0, 1, 0, 1]
        var present: [UInt8] = [1, 1]
        var tags: [Float] = [0, 1, 1, 1]
        var size: [Float] = [1, 2]
        values[2] = .nan
        let description = DatasetDescription(
            name: "x", modalities: ["a": ModalityDescription(kind: .sensors, axes: [3], channels: 1)],
            targets: [
                "y": .classification((0..<10).map(String.init)), "tags": .multilabel(["p", "q"]), "size": .regression(),
            ])
        func write() throws {
            for split in Split.allCases {
                try SafetensorsWriter.write(
                    [
                        "a": SafetensorsTensor(values, shape: [2, 3, 1]),
                        "mask/a": SafetensorsTensor(dtype: .uint8, shape: [2, 3], bytes: mask),
                        "present/a": SafetensorsTensor(dtype: .uint8, shape: [2], bytes: present),
                        "target/y": SafetensorsTensor(labels, shape: [2]),
                        "target/tags": SafetensorsTensor(tags, shape: [2, 2]),
                        "target/size": SafetensorsTensor(size, shape: [2]),
                    ], to: folder.path(split.fileName))
            }
        }
        try description.write(to: folder.path("dataset.json"))
        try write()
        try Dataset(folder: folder.path).validate()
        switch tensor {
        case "target/y": labels[1] = 12
        case "a": values[5] = .nan
        case "mask/a": mask[0] = 2
        case "present/a": present[1] = 7
        case "target/tags": tags[2] = 0.5
        case "target/size": size[0] = .infinity
        default: mask[0...2] = [0, 0, 0]
        }
        try write()
        let dataset = try Dataset(folder: folder.path)
        #expect {
            try dataset.validate()
        } throws: {
            "\($0)".contains("train.safetensors") && "\($0)".contains(expected)
        }
        #expect(try dataset.problems().count == 3)
    }

    @Test func descriptionsSurviveWritingAndReading() throws {
        let folder = try TemporaryFolder()
        var description = DatasetDescription(
            name: "x",
            source: "https://example.org/a",
            licence: "CC0",
            citation: "A. Uthor 2020",
            modalities: ["a": ModalityDescription(kind: .timeSeries, axes: [2, 2], channels: 1)],
            targets: ["y": .regression(width: 3), "z": .multilabel(["p", "q"])],
            splits: ["train": 3]
        )
        description.modalities["a"]?.statistics = Standardisation(
            scope: .element, mean: [0, 1, 2, 0.1], deviation: [1, 2, 3, 1e-7])
        try description.write(to: folder.path("dataset.json"))
        #expect(try DatasetDescription(file: folder.path("dataset.json")) == description)
    }
}
