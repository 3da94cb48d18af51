import Foundation

/// A page that tells what a run found: scores, curves, heterogeneities with their errors, groups, pairs, speed.
///
/// One file without outside resources; the same run gives the same page, but for measured times.
public struct RunReport {
    private let run: ReportedRun
    private let path: String

    /// Reads the files of a run.
    ///
    /// - Throws: ``ReportError`` that names the file when one cannot be read, or the folder when there is nothing to show.
    public init(run path: String) throws {
        run = try ReportedRun(path: path)
        self.path = path
    }

    /// Where the page of a run lies.
    public static func path(of run: String) -> String { "\(run)/report.html" }

    /// Writes `report.html` into the run.
    ///
    /// - Returns: the path of the file.
    /// - Throws: ``ReportError`` when it cannot be written.
    @discardableResult
    public func write() throws -> String {
        let file = RunReport.path(of: path)
        do { try Data(html.utf8).write(to: URL(fileURLWithPath: file), options: .atomic) } catch {
            throw ReportError("\(file): cannot be written")
        }
        return file
    }

    /// The page.
    public var html: String {
        let sections = [head, scores, curves, matrices, groups, pairs, speed, repeating].filter { !$0.isEmpty }
        let title = run.scores.first?.scores.suite ?? "run"
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(Markup.escaped(title)) · HighMMT</title><style>\(RunReport.style)</style></head><body>
            \(sections.joined(separator: "\n"))
            </body></html>

            """
    }

    private var head: String {
        guard let first = run.scores.first?.scores else { return "<h1>Run</h1>" }
        let stages = run.scores.map { stage in
            "\(stage.stage): \(Markup.number(stage.scores.score)) with \(stage.scores.parameters) parameters"
        }
        return """
            <h1>\(Markup.escaped(first.suite))</h1>
            <p class="sum">Suite score \(Markup.escaped(stages.joined(separator: " · ")))</p>
            <p>One run, seed \(first.seed), scored on the \(Markup.escaped(first.split)) splits; highmmt \
            \(Markup.escaped(first.version)), LibTorch \(Markup.escaped(first.libtorch)). The suite score is the mean over tasks \
            of (score − chance) / (1 − chance). One seed says nothing of how much another seed would differ.</p>
            """
    }

    private var scores: String {
        guard !run.scores.isEmpty else { return "" }
        let names = Set(run.scores.flatMap(\.scores.tasks.keys)).sorted()
        var rows: [[String]] = []
        var marks: [String] = []
        for name in names {
            let tasks = run.scores.map { $0.scores.tasks[name] }
            guard let task = tasks.compactMap({ $0 }).first, let metric = task.metrics.first else { continue }
            let values = tasks.map { $0?.scores.metrics[metric] ?? nil }
            rows.append(
                [name, metric, Markup.number(task.chance[metric])] + values.map { Markup.number($0) }
                    + ["\(task.scores.samples)"])
            marks.append(mark(row: rows.count - 1, name, chance: task.chance[metric], values))
        }
        rows.append(["suite score", "", "0.000"] + run.scores.map { Markup.number($0.scores.score) } + [""])
        let height = Double(marks.count) * 20 + 22
        let axis = [0, 0.25, 0.5, 0.75, 1].map { Markup.text(230 + 400 * $0, height - 4, "\($0)", anchor: "middle") }
        let drawing = Markup.drawing(
            width: 660, height: height, (marks + axis).joined(separator: "\n"), label: "scores between chance and 1")
        return """
            <h2>Scores</h2><p>Every bar begins at chance, what is scored without looking at any input, and ends at the score of \
            the last stage; circles are the stages, the first the palest.</p>
            \(drawing)
            \(Markup.table(["task", "metric", "chance"] + run.scores.map(\.stage) + ["samples"], rows))
            """
    }

    private func mark(row: Int, _ name: String, chance: Double?, _ values: [Double?]) -> String {
        let y = Double(row) * 20 + 10
        func x(_ value: Double) -> Double { 230 + 400 * min(1, max(0, value)) }
        let (from, to) = (x(chance ?? 0), x((values.last ?? nil) ?? chance ?? 0))
        let bar =
            "<rect x=\"\(Markup.place(min(from, to)))\" y=\"\(Markup.place(y - 4))\" "
            + "width=\"\(Markup.place(abs(to - from)))\" height=\"8\" \((to >= from ? Tone.under : .over).filled()) fill-opacity=\"0.3\"/>"
        let dots = values.enumerated().compactMap { index, value in
            value.map {
                "<circle cx=\"\(Markup.place(x($0)))\" cy=\"\(Markup.place(y))\" r=\"4\" \(Tone.under.filled()) "
                    + "fill-opacity=\"\(Markup.number(Double(index + 1) / Double(values.count), decimals: 2))\">"
                    + "<title>\(Markup.escaped(name)): \(Markup.number($0))</title></circle>"
            }
        }
        return Markup.text(222, y + 4, String(name.suffix(34)), anchor: "end") + bar + dots.joined()
    }

    private var curves: String {
        let names = Set(run.epochs.flatMap(\.validation.keys)).sorted()
        guard run.epochs.count > 1, !names.isEmpty else { return "" }
        let charts = names.map { name in
            let lines = [
                (Tone.under, run.epochs.map { $0.trainingLoss[name] }),
                (Tone.over, run.epochs.map { $0.validation[name]?.loss }),
            ]
            let top = max(1e-9, lines.flatMap(\.1).compactMap { $0 }.filter(\.isFinite).max() ?? 1)
            let paths = lines.map { tone, values in
                let points = values.enumerated().compactMap { index, value -> String? in
                    guard let value, value.isFinite else { return nil }
                    let x = 6 + 188 * Double(index) / Double(max(1, values.count - 1))
                    return "\(Markup.place(x)),\(Markup.place(98 - 76 * value / top))"
                }
                return "<polyline \(tone.drawn) points=\"\(points.joined(separator: " "))\"/>"
            }
            return Markup.drawing(
                width: 200, height: 104,
                Markup.text(6, 12, String(name.prefix(22)))
                    + Markup.text(194, 12, Markup.number(top, decimals: 2), anchor: "end")
                    + paths.joined(), label: "losses of \(name)")
        }
        return """
            <h2>Training</h2><p>Loss of every epoch, all stages one after the other: blue on the training split, orange on the \
            validation split. The number is the top of the scale, the bottom is zero. The parameters kept are those of the best \
            validation score, not of the last epoch.</p>
            <div class="many">\(charts.joined(separator: "\n"))</div>
            """
    }

    private var matrices: String {
        run.matrices.map { kind, matrix in
            let order = ordered(matrix.names, by: kind == "modalities" ? run.groups?.encoders : run.groups?.crossmodal)
            let imputed = Set((matrix.imputed ?? []).map { Set($0) })
            let names = order.map { matrix.names[$0] }
            let distances = HeatMap(names: names) { row, column in
                let (i, j) = (order[row], order[column])
                guard i != j else { return nil }
                let (value, error) = (matrix.values[i][j], matrix.standardErrors?[i][j])
                return (
                    value, title(names[row], "and", names[column], value, error),
                    error.map { value > 2 * $0 } ?? false, imputed.contains([i, j])
                )
            }
            let heading = kind == "modalities" ? "Modality heterogeneity" : "Interaction heterogeneity"
            return """
                <h2>\(heading)</h2><p>How much is lost when what was learned of one entry is the start for another, in both \
                directions together: 0 for entries that lose nothing. A dot marks a distance more than two standard errors above \
                zero; hatched cells were filled in rather than measured. Point at a cell for its number.</p>
                \(distances.svg(label: heading))
                \(transfers(matrix, order))
                """
        }.joined(separator: "\n")
    }

    private func transfers(_ matrix: ReportedRun.Matrix, _ order: [Int]) -> String {
        guard let transfers = matrix.transfers, let errors = matrix.transferStandardErrors else { return "" }
        let names = order.map { matrix.names[$0] }
        var (harm, help, count) = (0, 0, 0)
        for i in names.indices {
            for j in names.indices where i != j {
                guard let value = transfers[i][j], let error = errors[i][j] else { continue }
                count += 1
                harm += value > 2 * error ? 1 : 0
                help += value < -2 * error ? 1 : 0
            }
        }
        let map = HeatMap(names: names) { row, column in
            let (i, j) = (order[row], order[column])
            guard i != j, let value = transfers[i][j] else { return nil }
            let error = errors[i][j]
            return (
                value, title(names[row], "→", names[column], value, error), error.map { abs(value) > 2 * $0 } ?? false,
                false
            )
        }
        return """
            <h3>Transfers</h3><p>From the row to the column: orange harms, blue helps. \(harm) of \(count) harm and \(help) help by \
            more than two standard errors; if nothing transferred, about \(Int((0.0228 * Double(count)).rounded())) would do each \
            by chance.</p>
            \(map.svg(label: "transfers"))
            """
    }

    private func title(_ first: String, _ relation: String, _ second: String, _ value: Double, _ error: Double?)
        -> String
    {
        "\(first) \(relation) \(second): \(Markup.number(value)) ± \(Markup.number(error))"
    }

    /// Entries of a group stand together; without groups, and for those in none, the order stays.
    private func ordered(_ names: [String], by groups: [[String]]?) -> [Int] {
        let places = (groups ?? []).enumerated().reduce(into: [String: Int]()) { places, group in
            for name in group.element { places[name] = group.offset }
        }
        return names.indices.sorted { first, second in
            let (a, b) = (places[names[first]] ?? Int.max, places[names[second]] ?? Int.max)
            return a == b ? first < second : a < b
        }
    }

    private var groups: String {
        guard let groups = run.groups else { return "" }
        let left = run.pruned?.keptPairs.map { kept in
            Set((run.pruned?.crossmodal ?? []).joined()).subtracting(kept).sorted()
        }
        func list(_ title: String, _ groups: [[String]], _ tree: ReportedRun.Tree?) -> String {
            guard !groups.isEmpty else { return "" }
            let drawing = tree.map { TreeDrawing(tree: $0, groups: groups.count).svg(label: "tree of \(title)") } ?? ""
            let items = groups.map { group in
                "<li>"
                    + group.map { name in
                        let isLeft = left?.contains(name) ?? false
                        return "<span class=\"name\(isLeft ? " left" : "")\">\(Markup.escaped(name))</span>"
                    }.joined(separator: " ") + "</li>"
            }
            return "<h3>\(title)</h3><ol>\(items.joined(separator: "\n"))</ol>\n\(drawing)"
        }
        let pruning = (left?.isEmpty ?? true) ? "" : " Names struck through are left out of the pruned model."
        return """
            <h2>Groups</h2><p>Found by \(Markup.escaped(groups.method)). The entries of a group share parameters in stage \
            2.\(pruning) A tree joins entries from the left at their distances; the dashed line cuts it into the groups.</p>
            \(list("Encoders", groups.encoders, groups.encoderTree))
            \(list("Crossmodal blocks", groups.crossmodal, groups.crossmodalTree))
            """
    }

    private var pairs: String {
        guard !run.pairs.isEmpty else { return "" }
        let rows = run.pairs.map { pair in
            let parts = pair.decomposition
            let numbers = [
                pair.first, pair.second, pair.both, parts?.redundant, parts?.uniqueFirst, parts?.uniqueSecond,
                parts?.synergistic,
            ].map { Markup.number($0, decimals: 2) }
            let gain =
                "\(Markup.number(pair.gain, decimals: 2)) ± \(Markup.number(pair.gainStandardError, decimals: 2))"
            let isInformative = max(pair.first, pair.second, pair.both) > 0
            let remark =
                isInformative ? pair.gain <= 2 * pair.gainStandardError ? "adds nothing" : "" : "nothing learned"
            return [pair.pair] + numbers + [gain, remark]
        }
        let header = [
            "pair", "first", "second", "both", "redundant", "only first", "only second", "synergy", "gain", "",
        ]
        return """
            <h2>What two modalities say together</h2><p>Bits about the target on the validation split, from small predictors of \
            each and of both, and how they divide; fewer than none means a predictor worse than the label frequencies. The gain is \
            what both say beyond the better one.</p>
            \(Markup.table(header, rows))
            """
    }

    private var speed: String {
        guard let speed = run.speed, !speed.stages.isEmpty else { return "" }
        let stages = ReportedRun.stages.map(\.name).filter { speed.stages[$0] != nil }
        let names = Set(speed.stages.values.flatMap(\.milliseconds.keys)).sorted()
        let rows = names.map { name in
            [name] + stages.map { Markup.number(speed.stages[$0]?.milliseconds[name], decimals: 2) }
        }
        return """
            <h2>Speed</h2><p>Median milliseconds per sample of inference, measured once on one machine.</p>
            \(Markup.table(["task"] + stages, rows))
            """
    }

    private var repeating: String {
        """
        <h2>To do it again</h2><p><code>suite.yaml</code> beside this page is the whole configuration: \
        <code>highmmt run suite.yaml --run DIR</code>. The same seed gives the same numbers, but for times.</p>
        """
    }
}
