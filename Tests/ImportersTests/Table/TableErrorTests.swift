import Files
import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// Every mistake is named with its file and place, and leaves no folder behind.
@Suite struct TableErrorTests {
    private static let start = "x,kind,y\n1,a,0\n2,b,1\n3,a,0\n4,b,1\n5,a,0\n6,b,1\n"

    private func message(_ text: String, targets: [String] = ["y"], yaml: String? = nil) throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "t.csv")
        let file = try yaml.map { try folder.write("file: t.csv\n" + $0, to: "t.yaml") } ?? folder.path("t.csv")
        do {
            _ = try TableImport(file: file, targets: targets).run(to: folder.path("d"))
        } catch {
            #expect(!FileManager.default.fileExists(atPath: folder.path("d")))
            let message = "\(error)"
            #expect(message.hasPrefix(folder.path) && !message.contains("\n"), "\(message)")
            return message.replacingOccurrences(of: folder.path + "/", with: "")
        }
        Issue.record("no error")
        return ""
    }

    @Test(arguments: [
        ("", "t.csv: is empty"), ("x,y\n", "t.csv: no rows below the header"),
        (start + "7,a\n", "t.csv: line 8: 2 fields, expected 3"),
        ("x,x,y\n1,2,3\n", "t.csv: line 1: columns 1 and 2 are both named 'x'"),
        ("x,y\n1,\"2\n", "t.csv: line 2: unterminated quote"),
        (
            "x,y\n0.5,0\n1e19,1\n2,0\n3,1\n4,0\n5,1\n6,0\n7,1\n8,0\n9,1\n",
            "t.csv: line 3: column 'x': '1e19' is outside of ±1e18"
        ),
        ("x,z\n1,2\n", "t.csv: line 1: no column 'y'"),
        ("x,y\n1,0\n2,0\n3,0\n", "t.csv: target 'y' has the single value '0'"),
        ("x,y\n1,0\n2,1\n", "t.csv: 2 samples leave none for the"),
        ("id,y\na,0\nb,1\nc,0\n", "no column that a model can read"),
        ("<!DOCTYPE html><html>\n", "t.csv: is an HTML page"),
        ("version https://git-lfs.github.com/spec/v1\n", "t.csv: is a Git LFS pointer"),
    ])
    func tablesWithMistakes(text: String, expected: String) throws {
        #expect(try message(text).contains(expected))
    }

    @Test(arguments: [
        ("columns: {x: number, y: target, z: number}", "t.csv: line 1: no column 'z'"),
        ("columns: {x: numbr, y: target}", "t.yaml: columns.x.as: 'numbr', expected one of number, category"),
        ("columns: {kind: number, y: target}", "t.csv: line 2: column 'kind': 'a', expected a number"),
        ("columns: {kind: image, y: target}", "t.csv: line 2: column 'kind': 6 files are missing: a, b, a, b, a, b;"),
        ("columns: {x: number, kind: regression}", "t.csv: line 2: column 'kind': 'a', expected a number"),
        ("columns: {x: number, kind: split, y: target}", "line 2: column 'kind': 'a', expected train, valid or test"),
        ("columns: {x: number, y: target, kind: time}", "column 'kind' is the time of a row, but no column is the id"),
        ("columns: {x: number, y: target}\nmodalities: {m: {columns: [x, kind]}}", "no column 'kind' in columns"),
        ("columns: {x: number, y: target}\nmodalities: {m: {series: [t]}}", "no columns 't0', 't1', … of the series"),
        ("columns: {x: number, y: target}\ncolums: {}", "t.yaml: colums: unknown key, did you mean 'columns'?"),
        ("columns: {x: number}", "t.csv: no target; name the column to predict with --target"),
        ("columns: {x: number, y: {as: classification, categories: [\"0\", \"2\"]}}", "'1' is not one of the stated"),
        ("columns: {x: {as: number, range: [2, 1]}, y: target}", "t.yaml: columns.x.range: [2.0, 1.0], expected"),
        ("columns: {x: number, y: target}\nsplits: {valid: 0.6, test: 0.5}", "t.yaml: splits.valid: 0.6"),
        ("delimiter: ab\ncolumns: {x: number, y: target}", "t.yaml: delimiter: 'ab', expected one character"),
    ])
    func descriptionsWithMistakes(yaml: String, expected: String) throws {
        #expect(try message(Self.start, targets: [], yaml: yaml).contains(expected))
    }

    @Test func filesInPlaceOfOthersAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("<html>Please log in</html>", to: "a.png")
        try folder.write("version https://git-lfs.github.com/spec/v1\n", to: "b.png")
        try folder.write("x", to: "c.png")
        for (name, expected) in [
            ("a", "is an HTML page"), ("b", "is a Git LFS pointer"),
            ("c", "is plain text, expected a PNG or JPEG image"),
        ] {
            try folder.write(
                "photo,y\n" + (0..<6).map { "\(name).png,\($0 % 2)\n" }.joined(), to: "t.csv")
            #expect {
                try TableImport(file: folder.path("t.csv"), targets: ["y"]).run(to: folder.path("d"))
            } throws: { "\($0)".contains("\(name).png: ") && "\($0)".contains(expected) }
        }
    }

    @Test func missingFilesAreListedAndCounted() throws {
        let folder = try TemporaryFolder()
        try folder.write("photo,y\n" + (0..<25).map { "p\($0).png,\($0 % 2)\n" }.joined(), to: "t.csv")
        #expect {
            try TableImport(file: folder.path("t.csv"), targets: ["y"]).run(to: folder.path("d"))
        } throws: {
            "\($0)".contains("25 files are missing: p0.png, p1.png") && "\($0)".contains("p9.png, and 15 more")
        }
    }

    /// A dataset that something else made stays, and so does a folder with other files.
    @Test func whatIsThereIsNotReplaced() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.start, to: "t.csv")
        try folder.write("notes", to: "d/notes.txt")
        #expect { try TableImport(file: folder.path("t.csv"), targets: ["y"]).run(to: folder.path("d")) } throws: {
            "\($0)".contains("is not replaced")
        }
        let table = try TableImport(file: folder.path("t.csv"), targets: ["y"])
        var description = try table.run(to: folder.path("e")).dataset.description
        _ = try table.run(to: folder.path("e"))
        description.recipe = nil
        try description.write(to: folder.path("e/dataset.json"))
        #expect { try table.run(to: folder.path("e")) } throws: { "\($0)".contains("--replace") }
        _ = try table.run(to: folder.path("e"), replaces: true)
        #expect(try folder.bytes("d/notes.txt") == Array("notes".utf8))
    }
}
