import Files
import Foundation

/// A page that compares runs side by side: their scores, means over seeds, sizes and times.
public struct RunComparison {
    private let runs: [(name: String, run: ReportedRun)]

    /// Reads the files of runs.
    ///
    /// - Parameter paths: The folders of the runs, at least two.
    /// - Throws: ``ReportError``, naming the file, for a file that cannot be read or is invalid,
    ///   and for a run without scores.
    public init(runs paths: [String]) throws {
        runs = try paths.map { path in
            let run = try ReportedRun(path: path)
            guard run.representative != nil else {
                throw ReportError("\(path): has no scores; score the run on its test splits first")
            }
            let parts = path.split(separator: "/")
            let name = parts.last.map(String.init) ?? path
            let isUnique = paths.count { $0.split(separator: "/").last.map(String.init) == name } == 1
            return (isUnique ? name : path, run)
        }
    }

    /// Writes the page.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(to path: String) throws { try AtomicFile.write(Array(html.utf8), to: path) }

    /// The page as HTML.
    public var html: String {
        RunReport.page(
            title: "comparison",
            body: """
                <h1>\(runs.count) runs</h1>
                <p class="sum">\(Markup.escaped(runs.map(\.name).joined(separator: " · ")))</p>
                <p>\(Markup.escaped(seeds))</p>
                <section><h2>Scores</h2><p>On the \(Markup.escaped(scores[0].split)) splits, of the last stage of each run. \
                \(areRepetitions ? "The mean and the 95 % interval (Student's t) are over runs." : "")</p>\(drawing.html)\(table)</section>
                <section><h2>Size and time</h2>\(sizes)</section>
                """)
    }

    private var scores: [ReportedRun.Scores] { runs.compactMap { $0.run.representative?.scores } }

    /// True if the runs are of one suite with the same settings, and of one stage, with different
    /// seeds.
    private var areRepetitions: Bool {
        func settings(_ suite: String?) -> [Substring] {
            (suite ?? "").split(separator: "\n").filter { !$0.hasPrefix("seed:") && !$0.hasPrefix("#") }
        }
        return Set(runs.map { settings($0.run.configuration) }).count == 1
            && Set(scores.map(\.seed)).count == scores.count
            && Set(runs.compactMap { $0.run.representative?.stage }).count == 1
    }

    private var seeds: String {
        let seeds = scores.map { "\($0.seed)" }.joined(separator: ", ")
        return "Seeds: \(seeds)."
            + (areRepetitions
                ? "" : " The runs are not repetitions of one suite with different seeds: differences may be chance.")
    }

    /// The primary metrics of all tasks: task, metric, and the value of every run.
    private var rows: [(task: String, metric: String, chance: Double?, values: [Double?])] {
        Set(scores.flatMap(\.tasks.keys)).sorted().compactMap { name in
            guard let task = scores.compactMap({ $0.tasks[name] }).first, let metric = task.metrics.first else {
                return nil
            }
            return (name, metric, task.chance[metric], scores.map { $0.tasks[name]?.scores.metrics[metric] ?? nil })
        }
    }

    private var table: String {
        let all = rows + [("suite score", "", 0, scores.map(\.score))]
        return Markup.table(
            ["task", "metric", "chance"] + runs.map(\.name) + (areRepetitions ? ["mean", "95 % interval"] : []),
            all.map { row in
                let values = row.values.compactMap { $0 }
                let isWhole = values.count == runs.count
                let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
                let summary = isWhole ? [Markup.number(mean), Self.interval(values)] : ["–", "–"]
                return [row.task, row.metric, Markup.number(row.chance)] + row.values.map { Markup.number($0) }
                    + (areRepetitions ? summary : [])
            })
    }

    /// The quantiles 0.975 of Student's t for 1 to 30 degrees of freedom.
    private static let quantiles = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]

    private static func interval(_ values: [Double]) -> String {
        guard values.count > 1 else { return "–" }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        let quantile =
            values.count - 2 < quantiles.count ? quantiles[values.count - 2] : 1.96 + 2.5 / Double(values.count - 1)
        return "± " + Markup.number(quantile * (variance / Double(values.count)).squareRoot())
    }

    private var drawing: Drawing {
        let rows = rows
        let left = 12 + (rows.map { Markup.width($0.task) }.max() ?? 0)
        func x(_ value: Double) -> Double { left + 400 * min(1, max(0, value)) }
        var parts: [String] = []
        for (index, row) in rows.enumerated() {
            let y = 10 + Double(index) * 20
            parts.append(Markup.text(left - 8, y + 4, row.task, anchor: "end"))
            parts.append(
                "<line class=\"grid\" stroke=\"#d5dae3\" "
                    + Markup.attributes(["x1": left, "x2": left + 400, "y1": y, "y2": y]) + "/>")
            for (run, value) in row.values.enumerated() {
                guard let value else { continue }
                parts.append(
                    "<circle \(Markup.attributes(["cx": x(value), "cy": y])) r=\"4\" \(Tone.under.filled()) "
                        + "fill-opacity=\"0.6\"><title>\(Markup.escaped("\(runs[run].name): \(Markup.number(value))"))</title></circle>"
                )
            }
        }
        let height = Double(rows.count) * 20 + 22
        parts += [0, 0.25, 0.5, 0.75, 1].map { Markup.text(left + 400 * $0, height - 4, "\($0)", anchor: "middle") }
        return Drawing(
            width: left + 420, height: height, content: parts.joined(separator: "\n"), label: "scores of all runs")
    }

    private var sizes: String {
        Markup.table(
            ["run", "suite", "stage", "seed", "parameters", "encoders", "seconds of training"],
            runs.map { name, run in
                let representative = run.representative
                let seconds = run.timing?.stages.values.flatMap(\.seconds.values) ?? []
                return [
                    name, representative?.scores.suite ?? "", representative?.stage ?? "",
                    representative.map { "\($0.scores.seed)" } ?? "",
                    representative.map { Markup.count($0.scores.parameters) } ?? "",
                    run.encoderGroups.map { "\($0.count)" } ?? "–",
                    Markup.number(seconds.isEmpty ? nil : seconds.reduce(0, +), decimals: 0),
                ]
            })
    }
}
