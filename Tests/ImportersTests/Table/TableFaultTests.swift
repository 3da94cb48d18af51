import Files
import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

/// Tables with slips that a reader could mistake for something else.
@Suite struct TableFaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func table(_ text: String, _ name: String = "t.csv", targets: [String] = ["y"]) throws -> TableImport {
        try TableImport(file: folder.write(text, to: name), targets: targets)
    }

    private func failure(_ text: String, targets: [String] = ["y"]) throws -> String {
        let table = try table(text, targets: targets)
        do { return "\(try table.run(to: folder.path("d")).dataset.train.count) rows" } catch { return "\(error)" }
    }

    /// Only part of so many rows is looked at for the roles of other columns.
    @Test func idsAndGroupsAreFoundInLongTables() throws {
        let rows = (0..<40_010).map { "\($0),p\($0 / 2),\($0 % 7),\($0 % 2)" }
        let roles = try table("id,patient_id,x,y\n" + rows.joined(separator: "\n")).description.columns.mapValues(
            \.role)
        #expect(roles == ["id": .id, "patient_id": .group, "x": .number, "y": .target])
    }

    @Test func anOddCellAmongNumbersIsNamed() throws {
        let numbers = (0..<60).map { $0 == 40 ? "?" : "\($0).5" }
        let input = numbers.enumerated().map { "\($0.element),\($0.offset % 2)" }
        #expect(
            try failure("x,y\n" + input.joined(separator: "\n")).contains("line 42: column 'x': '?', expected a number")
        )
        let target = numbers.enumerated().map { "\($0.offset),\($0.element)" }
        let message = try failure("x,y\n" + target.joined(separator: "\n"))
        #expect(message.contains("line 42: column 'y': '?' is no number, as nearly all other cells are"), "\(message)")
        let names = (0..<60).map { "\($0),name\($0 < 40 ? $0 : 0)" }
        #expect(try failure("x,y\n" + names.joined(separator: "\n")).contains("expected classes that recur"))
    }

    /// pandas writes an empty text of a single column in quotes.
    @Test func anEmptyCellInQuotesIsARow() throws {
        let path = try folder.write("note\n\"a\"\n\"\"\n\"b\"\n", to: "n.csv")
        #expect(try CSVTable(path: path, hasHeader: true).rows == [["a"], [""], ["b"]])
        let blank = try folder.write("a\n1\n\n2\n", to: "b.csv")
        #expect(try CSVTable(path: blank, hasHeader: true).rows == [["1"], ["2"]])
    }

    @Test(arguments: ["1.5, 2.5\n3.5, 4.5\n", " 1.5,2.5\n3.5,4.5", "a,b\n1.5,2.5\n3.5,4.5\n"])
    func theFirstRowOfNumbersIsNoHeader(text: String) throws {
        let content = try ArrayFile.content(path: folder.write(text, to: "array.csv"))
        #expect(content.shape == [2, 2] && content.values == [1.5, 2.5, 3.5, 4.5])
    }

    /// As Python's `json.dumps` writes them.
    @Test func numbersThatAreNoneInJSONLines() throws {
        let path = try folder.write(
            "{\"x\": 1.5, \"y\": NaN}\n{\"x\": -Infinity, \"y\": \"NaN \\\"Infinity\"}\n", to: "t.jsonl")
        let table = try RawTable(path: path)
        let cells = CellText(TableDescription())
        #expect(cells.present(table.rows[0][1]) == nil && cells.number(table.rows[1][0]) == -.infinity)
        #expect(table.rows[1][1] == "NaN \"Infinity")
    }

    @Test func aNumberIsNotCutAtASpace() throws {
        let table = try CSVTable(path: folder.write(" 12 500,1\n", to: "n.csv"), hasHeader: false)
        #expect(throws: ReaderError.self) { try table.numbers(ofRow: 0) }
    }

    @Test(arguments: [("\t", false), ("|", false), (";", true)])
    func thousandsAreNoDecimalsButBesideSemicolons(delimiter: String, isDecimal: Bool) throws {
        let rows = ["x,y", "45,000,0", "46,000,1"].map { $0.replacing("000,", with: "000" + delimiter) }
        let text = rows.joined(separator: "\n").replacing("x,y", with: "x\(delimiter)y")
        let path = try folder.write(text, to: delimiter == "\t" ? "t.tsv" : "t.csv")
        #expect(try RawTable(path: path).hasDecimalComma == isDecimal)
    }

    @Test func negativeWholeCategoriesAreTheSameWithGaps() {
        #expect(
            ["-1.0", "0.0", "1.0", "-0.0", "1.50", ".0", "a.0"].map(CellText.name) == [
                "-1", "0", "1", "0", "1.50", ".0", "a.0",
            ])
    }

    @Test func columnsWithOtherNamesAreSaidAndPlainNamesStay() throws {
        let rows = (0..<40).map { "\($0),\($0 % 2),\(1 - $0 % 2)" }
        let outcome = try table("a,x y,x_y\n" + rows.joined(separator: "\n"), targets: ["x y", "x_y"])
            .run(to: folder.path("d"))
        #expect(outcome.dataset.description.targets["x_y"]?.description == "column x_y")
        #expect(outcome.tally.counts(of: .renamed).keys.contains("'x y' is x_y_2"))
    }

    @Test func numbersThatSinglePrecisionCannotTellApartAreSaid() throws {
        let rows = (0..<40).map { "\(1_732_700_000 + $0),\(Double($0) * 1e9),\($0 % 2)" }
        let outcome = try table("time,distance,y\n" + rows.joined(separator: "\n")).run(to: folder.path("d"))
        #expect(outcome.tally.counts(of: .coarse) == ["time": 1])
    }

    @Test func rowsOfInfiniteNumbersAreLeftOut() throws {
        let rows = (0..<40).map { "\($0 % 4 == 0 ? "inf" : "\($0)"),\($0 % 2)" }
        let outcome = try table("x,y\n" + rows.joined(separator: "\n")).run(to: folder.path("d"))
        #expect(outcome.tally.counts(of: .withoutInput) == ["table": 10])
    }

    /// A sensor that was broken; the file is there, but tells nothing.
    @Test func anArrayOfNaNIsMissing() throws {
        let rows = try (0..<30).map { row in
            let numbers: [Float] = row == 7 ? [.nan, .nan] : [Float(row), 1]
            try NpyFile.write(numbers, shape: [1, 2], to: folder.path("a\(row).npy"))
            return "a\(row).npy,\(row).5,\(row % 2)"
        }
        let outcome = try table("array,x,y\n" + rows.joined(separator: "\n")).run(to: folder.path("d"))
        #expect(outcome.tally.counts(of: .missingModality) == ["array": 1])
    }

    @Test func rareStrataAreDividedTogether() throws {
        let rows = (0..<1000).map { "\($0).5,s\($0 / 2),\($0 % 2)" }
        try folder.write("x,site,y\n" + rows.joined(separator: "\n"), to: "t.csv")
        let yaml = try folder.write(
            "file: t.csv\ncolumns: {x: number, site: category, y: classification}\nsplits: {stratify: site}\n",
            to: "t.yaml")
        let dataset = try TableImport(file: yaml).run(to: folder.path("d")).dataset
        #expect([dataset.train, dataset.valid, dataset.test].map(\.count) == [700, 100, 200])
    }
}

/// Writes arrays as NumPy does.
private enum NpyFile {
    static func write(_ numbers: [Float], shape: [Int], to path: String) throws {
        let sizes = shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0] + Array(header.utf8)
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
        try Data(bytes).write(to: URL(filePath: path))
    }
}
