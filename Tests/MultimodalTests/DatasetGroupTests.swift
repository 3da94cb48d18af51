import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct DatasetGroupTests {
    private let description = DatasetDescription(
        name: "x", modalities: ["a": ModalityDescription(kind: .sensors, axes: [2], channels: 1)],
        targets: ["y": .classification(["p", "q"])],
        groups: [
            "subject": GroupDescription(description: "who", disjoint: true), "room": GroupDescription(disjoint: false),
        ])

    /// Writes three rows per split, with the same rooms in all splits.
    private func write(to folder: String, subjects: [Split: [Int]]) throws -> Dataset {
        try DatasetWriter(description, layouts: [:], rows: [.train: 3, .valid: 3, .test: 3], folder: folder).write {
            split, row in
            Sample(
                inputs: ["a": [Float(row), Float(split.rawValue.count + row)]], targets: ["y": [Double(row % 2)]],
                groups: ["subject": subjects[split, default: []][row], "room": row])
        }
    }

    @Test func groupsAreWrittenAndSummarised() throws {
        let folder = try TemporaryFolder()
        let dataset = try write(
            to: folder.path("d"), subjects: [.train: [1, 1, 2], .valid: [3, 3, 3], .test: [7, 5, 5]])
        #expect(try dataset.train.members(of: "subject") == [1, 1, 2])
        #expect(try dataset.problems().isEmpty)
        #expect(try DatasetDescription(file: folder.path("d/dataset.json")).groups == description.groups)
        let summary = try DatasetSummary(dataset)
        let groups = Dictionary(uniqueKeysWithValues: summary.groups.map { ($0.name, $0) })
        #expect(groups["subject"]?.members == ["train": 2, "valid": 1, "test": 2] && groups["subject"]?.total == 5)
        #expect(groups["subject"]?.overlaps.isEmpty == true && groups["subject"]?.disjoint == true)
        #expect(groups["room"]?.overlaps.map(\.members) == [3, 3, 3])
    }

    @Test func overlapsOfDisjointGroupsAreErrorsAndLeaveNothing() throws {
        let folder = try TemporaryFolder()
        #expect {
            try write(to: folder.path("d"), subjects: [.train: [1, 1, 2], .valid: [3, 3, 3], .test: [2, 1, 2]])
        } throws: {
            "\($0)".contains(
                "test.safetensors: tensor 'group/subject': 2 of its members (the first is 1) also occur in "
                    + "train.safetensors, but dataset.json declares groups.subject.disjoint")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func writersRejectRowsWithoutTheirGroup() throws {
        let folder = try TemporaryFolder()
        let writer = DatasetWriter(
            description, layouts: [:], rows: [.train: 1, .valid: 1, .test: 1], folder: folder.path("d"))
        for (groups, expected) in [
            (["room": 1], "'group/subject': row 0: missing"),
            (["room": 1, "subject": -2], "'group/subject': row 0: -2, expected a number of at least 0"),
        ] {
            #expect {
                try writer.write { _, _ in Sample(inputs: ["a": [0, 1]], targets: ["y": [0]], groups: groups) }
            } throws: {
                "\($0)".contains(expected)
            }
        }
    }

    /// Faults that files from other sources may have.
    @Test(arguments: ["negative", "huge", "dtype", "shape", "missing", "undeclared", "promise"])
    func hostileGroupsAreNamed(fault: String) throws {
        let folder = try TemporaryFolder()
        _ = try write(to: folder.path("d"), subjects: [.train: [1, 1, 2], .valid: [3, 3, 3], .test: [4, 4, 4]])
        let file = folder.path("d/test.safetensors")
        let labels = SafetensorsTensor([Int64](repeating: 0, count: 3), shape: [3])
        var tensors = [
            "a": SafetensorsTensor([Float](repeating: 0.5, count: 6), shape: [3, 2, 1]), "target/y": labels,
            "group/room": labels, "group/subject": SafetensorsTensor([Int64](repeating: 9, count: 3), shape: [3]),
        ]
        let expected: String
        var isStructural = true
        switch fault {
        case "negative":
            tensors["group/subject"] = SafetensorsTensor([9, .min, 9] as [Int64], shape: [3])
            expected = "'group/subject': -9223372036854775808 in row 1, expected a number of at least 0"
            isStructural = false
        case "huge":
            tensors["group/subject"] = SafetensorsTensor([.max, .max, 2] as [Int64], shape: [3])
            expected = "'group/subject': 1 of its members (the first is 2)"
            isStructural = false
        case "promise":
            tensors["group/subject"] = SafetensorsTensor([3, 1, 2] as [Int64], shape: [3])
            expected = "'group/subject': 2 of its members (the first is 1) also occur in train.safetensors"
            isStructural = false
        case "dtype":
            tensors["group/subject"] = SafetensorsTensor([1, 2, 3] as [Float], shape: [3])
            expected = "'group/subject': dtype F32, expected I64"
        case "shape":
            tensors["group/subject"] = SafetensorsTensor([1, 2, 3, 4, 5, 6] as [Int64], shape: [3, 2])
            expected = "'group/subject': shape [3, 2], expected [N]"
        case "missing":
            tensors["group/subject"] = nil
            expected = "'group/subject': missing"
        default:
            tensors["group/subjects"] = labels
            expected = "'group/subjects': not described in dataset.json"
        }
        try SafetensorsWriter.write(tensors, to: file)
        if isStructural {
            #expect { try Dataset(folder: folder.path("d")) } throws: {
                "\($0)".contains("\(file): tensor \(expected)")
            }
        } else {
            let dataset = try Dataset(folder: folder.path("d"))
            #expect { try dataset.validate() } throws: { "\($0)".contains("\(file): tensor \(expected)") }
            #expect(try dataset.problems().contains { "\($0)".contains(expected) })
            // Inspection must work without valid values.
            #expect(try !DatasetSummary(dataset).groups.isEmpty)
        }
    }

    @Test(arguments: [
        (#""groups": {"subject": {"disjont": true}}"#, "groups.subject.disjont: unknown key, did you mean 'disjoint'?"),
        (#""groups": {"subject": {"disjoint": "yes"}}"#, "groups.subject.disjoint: 'yes', expected true or false"),
        (#""groups": {"../x": {}}"#, "groups: name '../x', expected letters"),
        (#""groups": ["subject"]"#, "groups: a list, expected names with values"),
    ])
    func wrongDeclarationsAreNamed(text: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let dataset = try folder.copy(fixture: "python-dataset")
        let json = try String(contentsOfFile: dataset + "/dataset.json", encoding: .utf8)
        try folder.write("{" + text + "," + json.dropFirst(), to: "python-dataset/dataset.json")
        #expect { try Dataset(folder: dataset) } throws: { "\($0)".contains(expected) }
    }
}
