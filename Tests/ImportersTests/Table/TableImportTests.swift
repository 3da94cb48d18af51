import Files
import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func file(_ name: String) -> String {
    (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/table-files/" + name
}

/// Tables that pandas wrote, and the tensors that NumPy and Pillow make of them.
@Suite struct TableImportTests {
    private static let dialects = ["visits.csv", "semicolon.csv", "visits.tsv", "visits.jsonl"]

    @Test(arguments: dialects)
    func tensorsAreThoseOfNumPy(name: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try TableImport(file: file(name), targets: ["outcome", "cost"]).run(to: folder.path("d"))
        let expected = try JSONFile.read([String: [Double]].self, from: file("expected.json"), content: "tensors")
        for (tensor, numbers) in expected {
            let found = try outcome.dataset.test.file.tensor(named: tensor).to(dtype: .float32).floats()
            #expect(found.count == numbers.count, "\(tensor)")
            for (a, b) in zip(found, numbers) { #expect(abs(Double(a) - b) <= 1e-5 * max(1, abs(b)), "\(tensor)") }
        }
        #expect(expected.count == 15)
        let splits = [outcome.dataset.train, outcome.dataset.valid, outcome.dataset.test].map(\.count)
        #expect(splits == [16, 4, 4])
    }

    @Test func dialectsGiveTheSameBytes() throws {
        let folder = try TemporaryFolder()
        for name in Self.dialects {
            _ = try TableImport(file: file(name), targets: ["outcome", "cost"]).run(to: folder.path(name))
        }
        for split in Split.allCases {
            let first = try folder.bytes("visits.csv/\(split.fileName)")
            for name in Self.dialects { #expect(try folder.bytes("\(name)/\(split.fileName)") == first, "\(name)") }
        }
    }

    @Test func rolesAreGuessedAndTheDescriptionCanBeEdited() throws {
        let folder = try TemporaryFolder()
        let guessed = try TableImport(file: file("semicolon.csv"), targets: ["outcome", "cost"])
        let roles = guessed.description.columns.mapValues(\.role)
        #expect(
            roles == [
                "visit": .id, "person": .group, "age": .number, "pulse": .number, "city": .category, "note": .text,
                "photo": .image, "voice": .sound, "track": .array, "outcome": .target, "cost": .target, "split": .split,
            ])
        #expect(guessed.description.modalities["ecg"]?.series == ["ecg"] && guessed.isGuessed)
        #expect(guessed.description.decimal == ",")
        // A description elsewhere names the table by its whole path.
        let text = guessed.text.replacingOccurrences(
            of: "file: \"semicolon.csv\"", with: "file: \"\(file("semicolon.csv"))\"")
        let path = try folder.write(text, to: "semicolon.yaml")
        let edited = try TableImport(file: path)
        #expect(!edited.isGuessed)
        _ = try edited.run(to: folder.path("a"))
        _ = try guessed.run(to: folder.path("b"))
        #expect(try folder.bytes("a/test.safetensors") == folder.bytes("b/test.safetensors"))
        #expect(try folder.bytes("a/dataset.json") == folder.bytes("b/dataset.json"))
    }

    @Test func whatIsMissingOrConvertedIsCounted() throws {
        let folder = try TemporaryFolder()
        let tally = try TableImport(file: file("visits.csv"), targets: ["outcome", "cost"]).run(to: folder.path("d"))
            .tally
        #expect(
            tally.counts(of: .missingModality) == ["categories": 2, "note": 2, "numbers": 1, "photo": 2, "track": 1])
        #expect(tally.counts(of: .missingCell) == ["age": 2])
        #expect(tally.counts(of: .unknownCategory) == ["city": 1])
        #expect(tally.counts(of: .resampled) == ["voice": 8])
        #expect(tally.counts(of: .unlabelled) == ["outcome": 1])
        #expect(tally.counts(of: .sharedGroup) == ["person": 4])
    }

    /// Folders of frames: in the order of their numbers, with a mask where a video is shorter.
    @Test func framesOfAFolderAreAVideo() throws {
        let folder = try TemporaryFolder()
        for (name, photo) in [("a/2.png", 0), ("a/10.png", 1), ("a/9.png", 2), ("b/1.png", 1)] {
            try folder.write(
                Array(FileManager.default.contents(atPath: file("files/photo\(photo).png")) ?? Data()), to: name)
        }
        try folder.write("dot", to: "a/._2.png")
        let cells = ["train": ["a", "b", "a", "b"], "valid": ["a"], "test": ["a", "b"]]
        let rows = cells.flatMap { split, clips in clips.enumerated().map { "\($1),\($0 % 2),\(split)\n" } }
        try folder.write("clip,y,split\n" + rows.joined(), to: "t.csv")
        try folder.write("file: t.csv\ncolumns: {clip: video, y: classification, split: split}\n", to: "t.yaml")
        let outcome = try TableImport(file: folder.path("t.yaml")).run(to: folder.path("d"))
        #expect(outcome.dataset.description.modalities["clip"]?.axes == [3, 3, 4])
        let values = try outcome.dataset.test.file.tensor(named: "clip").floats()
        let mask = try outcome.dataset.test.file.tensor(named: "mask/clip").to(dtype: .float32).floats()
        #expect(values.count == 2 * 3 * 12 * 48)
        #expect(mask == Array(repeating: 1, count: 36 + 12) + Array(repeating: 0, count: 24))
        // The photo of the third frame of the first clip is the first frame of the second.
        let frame = 12 * 48
        #expect(values[2 * frame..<3 * frame] == values[3 * frame..<4 * frame])
        #expect(values[4 * frame..<6 * frame].allSatisfy { $0 == 0 } && values[0..<frame].contains { $0 > 0.5 })
    }

    /// Several rows per sample in any order, with gaps: values in the order of time, the last one
    /// again where one is missing, and a channel that says so.
    @Test func rowsOfASampleAreASeries() throws {
        let folder = try TemporaryFolder()
        let guess = try TableImport(file: file("long.csv"), targets: ["outcome"])
        #expect(
            guess.description.columns.mapValues(\.role) == [
                "patient": .id, "time": .time, "pulse": .value, "heat": .value, "age": .number, "outcome": .target,
                "split": .split,
            ])
        let dataset = try guess.run(to: folder.path("d")).dataset
        #expect(dataset.description.modalities["series"]?.axes == [4])
        #expect(dataset.description.modalities["series"]?.channels == 3)
        let counts: [Int] = [dataset.train.count, dataset.valid.count, dataset.test.count]
        #expect(counts == [6, 3, 3])
        // Samples are in the order of their first rows.
        let table = try RawTable(path: file("long.csv"))
        var order: [Int] = []
        for row in table.rows where !order.contains(Int(row[0]) ?? 0) { order.append(Int(row[0]) ?? 0) }
        let test = order.filter { $0 % 4 == 3 }
        let place = try #require(test.firstIndex(of: 3))
        let steps = try dataset.test.file.tensor(named: "series").floats()
        // The second row of patient 3 has no temperature.
        let own = Array(steps[place * 12..<(place + 1) * 12])
        #expect(own[0] == 63 && own[3] == 64)
        #expect(own[1] == 36 && own[4] == 36 && own[2] == 1 && own[5] == 0)
        #expect(own[6...].allSatisfy { $0 == 0 })
        let mask = try dataset.test.file.tensor(named: "mask/series").to(dtype: .float32).floats()
        #expect(Array(mask[place * 4..<(place + 1) * 4]) == [1, 1, 0, 0])
    }
}
