import Files
import Foundation
import Heterogeneity
import Testing
import Torch
import Training

@testable import CommandLineTool

/// Results as text.
@Suite struct PresentationTests {
    private func names(_ count: Int) -> [String] {
        (0..<count).map { $0 < 26 ? String(UnicodeScalar(UInt8(97 + $0))) : "n\($0)" }
    }

    private func matrix(_ rows: [[Double]]) throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(names: names(rows.count), values: SquareMatrix(rows: rows))
    }

    private func published() throws -> HeterogeneityMatrix {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try HeterogeneityMatrix(
            contentsOf: tests.appendingPathComponent("HeterogeneityTests/Fixtures/published-matrices/modalities.csv"))
    }

    @Test func tablesAlign() {
        var table = TextTable(header: ["task", "score"])
        table.add(["gait", number(0.5)])
        table.add(["a long name", number(nil)])
        #expect(table.text == "task         score\n-----------  -----\ngait         0.500\na long name      -")
        var fixed = TextTable(header: ["task", "score"], minimumWidths: [6, 8], gap: " ")
        fixed.add(["gait", "1"])
        #expect(fixed.lines == ["task      score", "gait          1"])
    }

    @Test func numbersHaveOneFormat() {
        #expect(number(1.0 / 3) == "0.333" && number(2, decimals: 1) == "2.0" && number(nil) == "-")
        #expect(number(0.00042) == "0.00042" && number(-0.0000123456) == "-1.23e-05" && number(0) == "0.000")
        #expect(number(1_234_567.8) == "1.23e+06" && number(0.0123) == "0.012" && signedNumber(0.0004) == "+0.0004")
        #expect(signedNumber(-5.55e-17) == "+0.000" && signedNumber(-2e-12) == "-2e-12")
        #expect(shortNumber(1234.5) == "1.23e+03" && signedNumber(0.25) == "+0.250" && percent(0.1234) == "12.3 %")
    }

    @Test func aResultIsATable() throws {
        let text = """
            {"suite": "s", "split": "test", "seed": 1, "parameters": 9, "version": "1", "libtorch": "2", "score": 0.25,
             "left_out": ["size"], "tasks": {"gait": {"scores": {"samples": 7, "loss": 1, "metrics": {"accuracy": 0.5}},
             "metrics": ["accuracy", "f1"], "chance": {}}}}
            """
        let result = try JSONFile.decode(RunResult.self, from: Data(text.utf8))
        let lines = RunResultText(result).text.split(separator: "\n")
        #expect(
            lines == [
                "task           metric      test    chance   samples",
                "gait         accuracy     0.500         -         7",
                "gait               f1 undefined         -         7",
                "suite score               0.250",
                "left out, no modality remains: size",
            ])
        #expect(EvaluationText(result).text.hasPrefix("s, seed 1, 9 parameters\ntask "))
    }

    /// The text has all parts, in plain ASCII if requested.
    @Test func aGroupingIsDescribed() throws {
        let report = try GroupingReport(of: published(), linkage: .complete, cut: .groups(3), seed: 1)
        let text = report.text(usesBoxCharacters: false)
        #expect(text.utf8.allSatisfy { $0 < 128 })
        for part in [
            "10 entries, complete linkage, 3 groups", "  group 3  AV image, AV audio", "cophenetic correlation",
            "stability", "assumes a tenth of each entry", "86.8 % of all ordered triples", "explained by rank 3",
            "  optimum ", "  method      within  silhouette  cophenetic  agreement",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(report.text().contains("┐") && !text.contains("s.d. specific"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 && $0.last != " " })
        let two = try GroupingReport(of: matrix([[0, 1], [1, 0]]), linkage: .ward, cut: nil, resamplings: 5, seed: 0)
        #expect(two.text().contains("triangle inequality"))
    }

    /// The text shows the variation of transfers if their errors are known.
    @Test func transfersAreDescribed() throws {
        var transfers = SquareMatrix<Double?>(count: 4, repeating: nil)
        var errors = transfers
        for pair in EntryPair.all(of: 4) {
            for (from, to) in [(pair.first, pair.second), (pair.second, pair.first)] {
                transfers[from, to] = (from + to) % 2 == 0 ? -0.2 : 0.3 + 0.1 * Double(to)
                errors[from, to] = 0.05
            }
        }
        let matrix = try HeterogeneityMatrix(
            names: names(4), transfers: transfers, transferStandardErrors: errors, units: .nats)
        let report = try GroupingReport(of: matrix, linkage: .average, cut: .groups(2), resamplings: 10, seed: 0)
        let text = report.text()
        #expect(text.contains("s.d. specific to pairs") && text.contains("most mutual help"))
    }

    @Test func aDendrogramIsDrawn() throws {
        let matrix = try matrix([[0, 9, 1, 9], [9, 0, 9, 2.5], [1, 9, 0, 9], [9, 2.5, 9, 0]])
        let dendrogram = Dendrogram(of: matrix, linkage: .complete)
        let boxes = """
            a ╶─┬───────────────┐
            c ╶─┘               ├─╴
            b ╶─────────┬───────┘
            d ╶─────────┘
                1      2.5      9
            """
        #expect(dendrogram.drawing() == boxes)
        let ascii = """
            1  a --+---------------+
            1  c --+               +--
            2  b ----------+-------+
            2  d ----------+
                   1      2.5      9
            """
        let plain = dendrogram.drawing(grouping: try dendrogram.grouping(.groups(2)), usesBoxCharacters: false)
        #expect(plain == ascii)
    }

    @Test func manyHeightsStillFit() throws {
        var values = SquareMatrix(count: 120, repeating: 0.0)
        for pair in EntryPair.all(of: 120) {
            let distance = Double((pair.first * 7919 + pair.second * 104_729) % 9973) / 9973
            (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
        }
        let dendrogram = Dendrogram(
            of: try HeterogeneityMatrix(names: names(120), values: values), linkage: .average)
        let drawn = dendrogram.drawing(width: 80)
        #expect(drawn.split(separator: "\n").count == 121)
        #expect(drawn.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    /// An invalid device or number of threads is a wrong command. A failed operation is failed
    /// work.
    @Test func theStatusFollowsTheError() {
        #expect(ExitStatus.verdict(on: UnusableOption(description: "device: 'toaster' is no device")).status == 2)
        #expect(ExitStatus.verdict(on: TorchError(operation: "device", message: "it broke")).status == 1)
    }
}
