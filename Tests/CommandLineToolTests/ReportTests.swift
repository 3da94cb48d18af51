import Foundation
import Heterogeneity
import Reporting
import Testing
import Torch
import Training

/// The report reads the files that the tool writes.
@Suite struct ReportTests {
    /// Returns the texts of a table's cells, row by row.
    private func rows(_ page: String, after heading: String) throws -> [[String]] {
        let start = try #require(page.range(of: heading)).upperBound
        let table = try #require(page[start...].firstMatch(of: /<table>([\s\S]*?)<\/table>/)).output.1
        return table.matches(of: /<tr>([\s\S]*?)<\/tr>/).map { row in
            row.output.1.matches(of: /<t[dh]>(.*?)<\/t[dh]>/).map { String($0.output.1) }
        }
    }

    /// The report of a run of the whole method shows the scores, pairs, groups and times of its
    /// files.
    @Test func aRunIsReported() throws {
        let workspace = try Workspace.threeModalities()
        let done = try workspace.highmmt([
            "run", "three.yaml", "training.epochs=2", "training.stage2.epochs=2", "--data", "data", "--run", "whole",
            "--prune-pairs", "--epochs", "1", "--seeds", "1", "--samples", "16", "--workers", "1", "--threads", "1",
        ])
        #expect(done.status == 0, "\(done.messages)")
        let page = try RunReport(run: workspace.path("whole")).html
        #expect(String(decoding: try workspace.bytes("whole/report.html"), as: UTF8.self) == page)

        let run = RunDirectory(workspace.path("whole"))
        let stages = TrainingStage.allCases.filter { run.result(of: $0) != nil }
        let results = stages.compactMap(run.result(of:))
        #expect(results.count >= 2)
        func number(_ value: Double?) throws -> String { String(format: "%.3f", try #require(value)) }
        let task = try #require(results[0].tasks["kind"])
        let metric = try #require(task.metrics.first).rawValue
        let table = try rows(page, after: "<h2>Scores</h2>")
        #expect(table[0] == ["task", "metric", "chance"] + stages.map(\.rawValue) + ["95 % interval", "samples"])
        let scores = try results.map { try number($0.tasks["kind"]?.scores.metrics[metric]) }
        let chance = try number(task.chance[metric])
        let count = try #require(results.last?.tasks["kind"]?.scores.samples)
        var row = table[1]
        let interval = row.remove(at: row.count - 2)
        let expected: [String] = ["kind", metric, chance] + scores + ["\(count)"]
        #expect(row == expected)
        let bounds = interval.split(separator: "–").compactMap { Double($0) }
        let shown = try #require(run.result(of: .second)?.tasks["kind"]?.scores.metrics[metric])
        #expect(bounds.count == 2 && bounds[0] < shown && shown < bounds[1])
        let suiteScores = try results.map { try number($0.score) }
        #expect(table[2] == ["suite score", "", "0.000"] + suiteScores + ["–", ""])

        let matrix = try #require(try HeterogeneityFolder(run: run.path).matrix(.modalities))
        #expect(matrix.names.count == 3)
        for name in matrix.names { #expect(page.contains(name), "\(name)") }
        for heading in ["Scores", "Groups"] { #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)") }
    }

    /// A run with stage 1 alone can be reported, too.
    @Test func aRunWithStage1AloneIsReported() throws {
        let workspace = try Workspace()
        let trained = try workspace.train(["training.epochs=1"])
        #expect(trained.status == 0, "\(trained.messages)")
        let reported = try workspace.highmmt(["report", "run"])
        #expect(reported.status == 0 && reported.output == "run/report.html\n", "\(reported.messages)")
        let page = try RunReport(run: workspace.path("run")).html
        let result = try #require(RunDirectory(workspace.path("run")).result(of: .first))
        let table = try rows(page, after: "<h2>Scores</h2>")
        #expect(table.map { $0[0] } == ["task", "gait", "size", "suite score"])
        for row in table[1...2] {
            let score = try #require(result.tasks[row[0]]?.scores.metrics[row[1]])
            #expect(row[3] == String(format: "%.3f", score), "\(row)")
        }
        #expect(!page.contains("<h2>Groups</h2>"))
    }
}
