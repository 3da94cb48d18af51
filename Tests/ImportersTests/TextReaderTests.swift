import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("text-files/" + name) }

@Suite struct TextReaderTests {
    @Test func quotesLinesAndNumbers() throws {
        let table = try CSVTable(path: file("small.csv"), hasHeader: true)
        #expect(table.header == ["name", "weight, kg", "note"])
        #expect(table.rows == [["a \"b\"", "1.5", "two\nlines"], ["größe", "-2e3", ""]])
        #expect(try table.number(row: 1, column: table.column("weight, kg")) == -2000)
        #expect { try table.number(row: 1, column: 0) } throws: {
            "\($0)".contains("small.csv: line 4: field 1: 'größe'")
        }
        #expect { try table.column("nam") } throws: { "\($0)".contains("no column 'nam', did you mean 'name'?") }
        let windows = try CSVTable(path: file("windows.csv"), hasHeader: false)
        #expect(try windows.numbers(ofRow: 1) == [3, 4])
    }

    @Test(arguments: [
        ("1,2\n3\n", "line 2: 1 fields, expected 2"), ("a\n\"b\n\n", "line 2: unterminated quote"),
        ("1,nan\n", "field 2: 'nan', expected a finite number"), ("1,\n", "field 2: ''"),
    ])
    func badTablesAreNamed(text: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "x.csv")
        #expect {
            let table = try CSVTable(path: path, hasHeader: false)
            for row in table.rows.indices { _ = try table.numbers(ofRow: row) }
        } throws: {
            "\($0)".contains("x.csv") && "\($0)".contains(expected)
        }
    }

    @Test func seriesWithDifferentLengths() throws {
        let archive = try TimeSeriesArchive(path: file("walks.ts"))
        #expect(archive.name == "Walks" && archive.classes == ["slow", "fast"])
        #expect(archive.cases.map(\.label) == [1, 0])
        #expect(archive.cases[0].dimensions[1] == [4, 5, 6] && archive.cases[0].dimensions[0][2].isNaN)
        #expect(archive.cases[1].dimensions == [[-100], [7]])
    }

    @Test(arguments: [
        ("@data\n", "no cases"), ("@dimensions 2\n@data\n1,2\n", "line 3: 1 dimensions, expected 2"),
        ("@classLabel true a b\n@data\n1:c\n", "line 3: class 'c', expected one of a, b"),
        ("@classLabel true a\n@data\na\n", "0 dimensions"), ("@seriesLength 3\n@data\n1,2\n", "2 values, expected 3"),
        ("@data\n1,x\n", "'x', expected a number"), ("@data\n1,\n", "'', expected a number"),
        ("@timeStamps true\n@data\n", "time stamps"), ("@problemName x\n", "no @data"),
        ("@seriesLength 1152921504606846976\n@data\n1\n", "expected a whole number"),
        ("@data\n1:2\n1\n", "differ in their number of dimensions"), ("@oops\n", "unknown header '@oops'"),
    ])
    func badSeriesAreNamed(text: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "x.ts")
        #expect { try TimeSeriesArchive(path: path) } throws: { "\($0)".contains("x.ts") && "\($0)".contains(expected) }
    }

    /// Every mutation is a file, so there are few; `scripts/test-fuzz` makes many more.
    @Test func twoThousandMutationsNeverCrash() throws {
        let folder = try TemporaryFolder()
        var mutations = Mutations(seed: 3)
        for name in ["small.csv", "walks.ts"] {
            let original = try Array(#require(FileManager.default.contents(atPath: file(name))))
            for _ in 0..<1000 {
                let path = try folder.write(mutations.mutate(original), to: "x")
                do {
                    if name.hasSuffix("csv") {
                        let table = try CSVTable(path: path, hasHeader: true)
                        for row in table.rows.indices { _ = try? table.numbers(ofRow: row) }
                    } else {
                        _ = try TimeSeriesArchive(path: path)
                    }
                } catch is ReaderError {
                }
            }
        }
    }
}
