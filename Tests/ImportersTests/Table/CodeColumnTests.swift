import Multimodal
import TestSupport
import Testing

@testable import Importers

/// Digits that are names, and names that look like missing cells.
@Suite struct CodeColumnTests {
    private func role(_ texts: [String]) -> ColumnRole {
        ColumnGuess(texts, CellText(TableDescription()), name: "c").role
    }

    @Test func digitsThatAreNamesAreNoNumbers() {
        let postal = ["01001", "1001", "02139", "10115"]
        #expect(role(postal + postal + postal) == .category)
        // An identifier per row; pandas would round the last digits.
        #expect(role((0..<40).map { "1189850876250608\(1000 + $0)" }) == .ignore)
        #expect(role(["0", "1", "10", "200", "0", "1", "10", "200"]) == .number)
        #expect(role(["0.5", "0.25", "00.5", "1"]) == .number)
    }

    /// The numbers are those of `pandas.read_csv(thousands=",")`, for percentages those before the
    /// sign.
    @Test(
        arguments: [
            ("1,234", 1234), ("-12,345,678.5", -12_345_678.5), ("999", 999), ("45%", 45), ("0.5 %", 0.5),
            ("1,234%", 1234),
            ("1,23", nil), ("1234,567", nil), ("1,,234", nil), (",234", nil), ("1,234,", nil), ("%", nil),
            ("1.5,000", nil),
        ] as [(String, Double?)])
    func thousandsAndPercentages(text: String, value: Double?) {
        #expect(CellText(TableDescription()).number(text) == value)
    }

    @Test func aDecimalCommaSeparatesNoThousands() {
        var description = TableDescription()
        description.decimal = ","
        #expect(CellText(description).number("1,234") == 1.234)
    }

    /// A continent, North America, is called `NA`.
    @Test func targetsThatLookMissingAreCounted() throws {
        let folder = try TemporaryFolder()
        let rows = (0..<60).map { "\($0 % 7),\(["NA", "EU", "AS"][$0 % 3])" }
        let file = try folder.write("x,continent\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
        let outcome = try TableImport(file: file, targets: ["continent"]).run(to: folder.path("d"))
        #expect(outcome.tally.counts(of: .namedMissing) == ["continent 'NA'": 20])
        #expect(outcome.tally.counts(of: .withoutTarget) == ["table": 20])
        let described = try folder.write(
            "file: t.csv\nmissing: [\"\"]\ncolumns: {x: number, continent: target}\n", to: "t.yaml")
        let whole = try TableImport(file: described).run(to: folder.path("e"))
        #expect(whole.tally.counts(of: .namedMissing).isEmpty)
        let target = try #require(whole.dataset.description.targets["continent"])
        #expect(target.classes == ["AS", "EU", "NA"])
    }

    /// The ids of files are in a column `file`, which may also be the column of the files.
    @Test(arguments: ["sound", "file"])
    func filesHaveTheirNamesAsIds(column: String) throws {
        let table = RawTable(files: ["a.wav", "b.wav"], in: "new", column: column, id: "file")
        for name in [column, "file"] {
            let place = try table.column(name)
            #expect(table.rows.map { $0[place] } == ["a.wav", "b.wav"])
        }
    }
}
