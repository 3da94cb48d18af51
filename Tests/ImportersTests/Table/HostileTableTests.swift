import Files
import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// Tables in which one cell, and descriptions in which one word, is replaced by hostile text. An
/// import succeeds, or its error of one line names the file, and the line and column of the cell.
@Suite struct HostileTableTests {
    private static let header = [
        "id", "age", "city", "note", "photo", "voice", "wave", "t0", "t1", "t2", "t3", "y", "cost", "tags", "part",
    ]
    private static let description = """
        file: t.csv
        name: x
        columns:
          id: id
          age: {as: number, unit: years}
          city: category
          note: {as: text, size: [3]}
          photo: {as: image, size: [8, 8], patch: 4, colours: 3}
          voice: {as: sound}
          wave: {as: array, kind: sensors}
          y: classification
          cost: regression
          tags: {as: labels, separator: "|"}
          part: split
        modalities:
          steps: {series: [t], kind: sensors}
          ages: {columns: [age]}
        splits: {valid: 0.2, test: 0.2, seed: 3, stratify: y}
        """
    private static let cells = [
        "", " ", "NA", "nan", "inf", "-Infinity", "1e999", "-1e39", "1e-400", "0x10", "1_000", "١٢", "½", "+5", "--5",
        "5-",
        "1.5.2", "TRUE", "null", "#REF!", "=1+1", "a;b|c", "|", "2024-13-45", "train", "Test ", "\u{FEFF}5", "\0",
        "\u{7}",
        "👩‍👩‍👧‍👦", "../../../etc/passwd", "/dev/null", "/dev/zero", "/dev/stdin", ".", "..", "a.png/", "//", "~", "file://",
        "b.png",
        "broken.png", "broken.wav", "broken.npy", "a.wav", "a.npy", "a.png", "c:\\a.png", "<html>", "\\", "%s%n", "{",
        "[1,2",
        String(repeating: "9", count: 400), String(repeating: "word ", count: 3000),
        String(repeating: "é", count: 9000),
    ]
    private static let words = [
        "null", "-1", "0", "1e999", "99999999999999999999", "true", "[]", "{}", "\"\"", "text", "image", "sound",
        "array",
        "video", "value", "time", "number", "category", "labels", "group", "ignore", "split", "id", "*a", "&a b",
        "!!int x",
        "[1, 2, 3, 4]", "[0, 0]", "[1e9, 1e9]", "t", "y", "age", "photo", "0.5", "1024", "1048576", "{as: image}",
        "\"\\0\"",
    ]

    /// The number of rounds; HIGHMMT_MUTATIONS=10000 makes 2000 of each kind here.
    private static let rounds =
        (ProcessInfo.processInfo.environment["HIGHMMT_MUTATIONS"].flatMap { Int($0) } ?? 250) / 5

    private let folder: TemporaryFolder

    private func fixture(_ name: String) -> String { "\(Fixtures.repository)/Tests/ImportersTests/Fixtures/\(name)" }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["a", "b"] {
            try folder.copy(fixture("picture-files/rgba.png"), as: "\(name).png")
            try folder.copy(fixture("sound-files/tone.wav"), as: "\(name).wav")
            try folder.write("1,2\n3,4\n5,6\n", to: "\(name).csv")
        }
        for ending in ["png", "wav"] {
            let bytes = try #require(FileManager.default.contents(atPath: folder.path("a.\(ending)")))
            try folder.write(Array(bytes.prefix(bytes.count / 2)), to: "broken.\(ending)")
        }
        try folder.write([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0], to: "broken.npy")
    }

    private static func rows() -> [[String]] {
        (0..<15).map { row in
            let name = row % 2 == 0 ? "a" : "b"
            return [
                "s\(row)", "\(row).5", ["Oslo", "Rome"][row % 2], "well \(row)", "\(name).png", "\(name).wav",
                "\(name).csv",
                "\(row)", "\(row + 1)", "\(row + 2)", "\(row + 3)", ["yes", "no"][row / 2 % 2], "\(10 * row)",
                ["u", "v|u", "v"][row % 3], row < 9 ? "train" : row < 12 ? "valid" : "test",
            ]
        }
    }

    /// Imports the table, reads it again, and returns the error.
    private func failure(_ file: String, targets: [String] = []) throws -> String? {
        do {
            let source = try TableImport(file: folder.path(file), targets: targets)
            let plan = try TablePlan(source.table, source.description, unused: [])
            let encoding = TableImport.encoding(plan.description, source.table)
            var again = try EncodedTable(file: source.table.file, encoding: encoding)
            for sample in 0..<again.count { _ = try again.sample(sample) }
            let answers = try TableAnswers(plan.description, source.table)
            var tally = TableTally()
            for sample in plan.kept { _ = try answers.values(sample, of: plan.samples, tally: &tally) }
            return nil
        } catch {
            let message = "\(error)"
            #expect(message.hasPrefix(folder.path + "/t.") && !message.contains("\n"), "\(message)")
            return message
        }
    }

    @Test func hostileCells() throws {
        try folder.write(Self.description, to: "t.yaml")
        var mutations = Mutations(seed: 5)
        var imported = 0
        for round in 0..<2 * Self.rounds {
            var rows = Self.rows()
            let (row, column) = (mutations.next(rows.count), mutations.next(Self.header.count))
            rows[row][column] = Self.cells[mutations.next(Self.cells.count)]
            let text = ([Self.header] + rows).map { cells in
                cells.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",")
            }.joined(separator: "\n")
            try folder.write(text + "\n", to: "t.csv")
            guard let message = try failure("t.yaml") else {
                imported += 1
                continue
            }
            let place = "t.csv: line \(row + 2): column '\(Self.header[column])'"
            let cell = rows[row][column].prefix(40)
            #expect(
                message.contains(place), "round \(round), '\(cell)' in \(Self.header[column]): \(message.prefix(300))")
        }
        #expect(imported > Self.rounds / 4)
    }

    @Test func hostileDescriptions() throws {
        try folder.write(
            ([Self.header] + Self.rows()).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n", to: "t.csv")
        let parts = Self.description.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // The first two name the table.
        let places = parts.indices.dropFirst(2).filter {
            parts[$0].contains(where: \.isLetter) || parts[$0].contains(where: \.isNumber)
        }
        var mutations = Mutations(seed: 6)
        var imported = 0
        for _ in 0..<Self.rounds {
            var changed = parts
            for _ in 0...mutations.next(2) {
                let place = places[mutations.next(places.count)]
                let word = Self.words[mutations.next(Self.words.count)]
                // What is around the word stays: brackets, commas, line breaks.
                let end = changed[place].drop { $0.isLetter || $0.isNumber || "{[\".".contains($0) }
                changed[place] = word + end
            }
            try folder.write(changed.joined(separator: " "), to: "t.yaml")
            if try failure("t.yaml") == nil { imported += 1 }
        }
        #expect(imported > 0)
    }

    /// Tables with several rows per sample, and JSON Lines, with damaged bytes and without a
    /// description.
    @Test func damagedTablesThatAreGuessed() throws {
        let long = "id,time,v,w,y\n" + (0..<30).map { "s\($0 / 3),\($0 * $0),\($0),,\($0 / 3 % 2)\n" }.joined()
        let set = "id,v,w,y\n" + (0..<30).map { "s\($0 / 3),\($0),a\($0 % 4),\($0 / 3 % 2)\n" }.joined()
        let lines = (0..<12).map {
            #"{"id":"s\#($0)","age":\#($0).5,"photo":"a.png","note":"so so","y":"k\#($0 % 2)"}"#
        }
        .joined(separator: "\n")
        var mutations = Mutations(seed: 8)
        var imported = 0
        for round in 0..<2 * Self.rounds {
            let (text, name) = [(long, "t.csv"), (set, "t.csv"), (lines, "t.jsonl")][round % 3]
            try folder.write(mutations.mutate(Array(text.utf8)), to: name)
            if try failure(name, targets: ["y"]) == nil { imported += 1 }
        }
        #expect(imported > Self.rounds / 20)
    }
}
