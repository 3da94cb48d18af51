import Files
import Foundation

/// A page with the results of a run: scores, training curves, heterogeneity with standard errors,
/// groups, pairs and speed.
///
/// The page is one file without external resources. Except for measured times, the same run always
/// gives the same page.
public struct RunReport {
    private let run: ReportedRun
    private let path: String

    /// Reads the files of a run.
    ///
    /// - Parameter path: The folder of the run.
    /// - Throws: ``ReportError``, naming the file, for a file that cannot be read or is invalid,
    ///   and for a folder with nothing to report; `FileError` when scores are damaged.
    public init(run path: String) throws {
        run = try ReportedRun(path: path)
        self.path = path
    }

    /// Returns the path of a run's page.
    public static func path(of run: String) -> String { "\(run)/report.html" }

    /// Writes `report.html` into the run's folder.
    ///
    /// - Returns: The path of the file.
    /// - Throws: `FileError` when the file cannot be written.
    @discardableResult
    public func write() throws -> String {
        let file = Self.path(of: path)
        try AtomicFile.write(Array(html.utf8), to: file)
        return file
    }

    /// The page as HTML.
    public var html: String {
        let sections = [head, scores, curves, matrices, groups, pairs, speed, repeating].filter { !$0.isEmpty }
        let title = run.scores.first?.scores.suite ?? "run"
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(Markup.escaped(title)) · HighMMT</title><style>\(Self.style)</style></head><body>
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
            <p>One run with seed \(first.seed), scored on the \(Markup.escaped(first.split)) splits; highmmt \
            \(Markup.escaped(first.version)), LibTorch \(Markup.escaped(first.libtorch)). The suite score is the mean over tasks \
            of (score − chance) / (1 − chance). A single seed does not show the variation between seeds.</p>
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
            <h2>Scores</h2><p>Each bar starts at chance, the score of the best prediction that ignores the inputs, and ends at \
            the score of the last stage. Circles mark the stages, from pale (first) to dark (last).</p>
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
            <h2>Training</h2><p>The loss in each epoch, with all stages in sequence: blue on the training split, orange on the \
            validation split. The scale runs from zero to the number shown. The parameters kept are those with the best \
            validation score, not those of the last epoch.</p>
            <div class="many">\(charts.joined(separator: "\n"))</div>
            """
    }

    private var matrices: String {
        run.matrices.map { kind, matrix in
            let order = ordered(matrix.names, by: kind == "modalities" ? run.groups?.encoders : run.groups?.crossmodal)
            let imputed = Set((matrix.imputed ?? []).map { Set($0) })
            let names = order.map { matrix.names[$0] }
            let distances = HeatMap(names: names, unknown: Set(matrix.unknown ?? [])) { row, column in
                let (i, j) = (order[row], order[column])
                guard i != j else { return nil }
                let (value, error) = (matrix.values[i][j], matrix.standardErrors?[i][j])
                return (
                    value, title(names[row], "and", names[column], value, error), error.map { value > 2 * $0 } ?? false,
                    imputed.contains([i, j])
                )
            }
            let heading = kind == "modalities" ? "Modality heterogeneity" : "Interaction heterogeneity"
            return """
                <h2>\(heading)</h2><p>The increase of the loss when training on one entry starts from another entry's \
                parameters instead of random initialisation, summed over both directions. Decreases count as 0. A dot marks a \
                distance more than two standard errors above zero. Cells with a dashed outline were imputed, not measured. Hover \
                over a cell to see its value.</p>
                \(distances.svg(label: heading))
                \(explained(matrix, order))
                \(transfers(matrix, order))
                """
        }.joined(separator: "\n")
    }

    private func transfers(_ matrix: ReportedRun.Matrix, _ order: [Int]) -> String {
        guard let transfers = matrix.transfers, let errors = matrix.transferStandardErrors else { return "" }
        let names = order.map { matrix.names[$0] }
        let unknown = Set(matrix.unknown ?? [])
        let known = matrix.names.indices.filter { !unknown.contains(matrix.names[$0]) }
        var (harm, help, count) = (0, 0, 0)
        for i in known {
            for j in known where i != j {
                guard let value = transfers[i][j], let error = errors[i][j] else { continue }
                count += 1
                harm += value > 2 * error ? 1 : 0
                help += value < -2 * error ? 1 : 0
            }
        }
        let map = HeatMap(names: names, unknown: Set(matrix.unknown ?? [])) { row, column in
            let (i, j) = (order[row], order[column])
            guard i != j, let value = transfers[i][j] else { return nil }
            let error = errors[i][j]
            return (
                value, title(names[row], "→", names[column], value, error), error.map { abs(value) > 2 * $0 } ?? false,
                false
            )
        }
        return """
            <h3>Transfers</h3><p>From the row's entry to the column's: orange harms, blue helps. \(harm) of \(count) harm and \
            \(help) help by more than two standard errors. If nothing transferred, about \
            \(Int((0.0228 * Double(count)).rounded())) of each would be expected by chance.</p>
            \(map.svg(label: "transfers"))
            """
    }

    private func title(_ first: String, _ relation: String, _ second: String, _ value: Double, _ error: Double?)
        -> String
    {
        "\(first) \(relation) \(second): \(Markup.number(value)) ± \(Markup.number(error))"
    }

    /// Returns the entries ordered by group. Entries in no group come last, in their original
    /// order.
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
        let pruned = run.pruned?.keptPairs.map { kept in
            Set((run.pruned?.crossmodal ?? []).joined()).subtracting(kept).sorted()
        }
        func list(_ title: String, _ groups: [[String]], _ tree: ReportedRun.Tree?) -> String {
            guard !groups.isEmpty else { return "" }
            let drawing =
                tree.map {
                    TreeDrawing(tree: $0, groups: groups.filter { !Set($0).isDisjoint(with: tree?.names ?? []) }.count)
                        .svg(label: "dendrogram of \(title)")
                } ?? ""
            let items = groups.map { group in
                "<li>"
                    + group.map { name in
                        let isPruned = pruned?.contains(name) ?? false
                        return "<span class=\"name\(isPruned ? " left" : "")\">\(Markup.escaped(name))</span>"
                    }.joined(separator: " ") + "</li>"
            }
            return "<h3>\(title)</h3><ol>\(items.joined(separator: "\n"))</ol>\n\(drawing)"
        }
        let unknown =
            groups.unknown.map {
                " The predictors of \(Markup.escaped($0.joined(separator: ", "))) explained nothing: such entries are not "
                    + "clustered but share one group."
            } ?? ""
        let pruning = (pruned?.isEmpty ?? true) ? "" : " The pruned model omits the pairs that are struck through."
        return """
            <h2>Groups</h2><p>Method: \(Markup.escaped(groups.method)). The entries of a group share parameters in stage \
            2.\(pruning)\(unknown) A dendrogram merges entries from left to right at their distances; the dashed line is the cut into \
            groups.</p>
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
            <h2>Information in pairs of modalities</h2><p>Bits about the target on the validation split, found by small \
            predictors of each modality and of both, and their decomposition. A negative number means that the predictor is worse \
            than the label frequencies. The gain is the bits of both minus those of the better modality.</p>
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
            <h2>Speed</h2><p>Median inference time in milliseconds per sample, measured once on one machine.</p>
            \(Markup.table(["task"] + stages, rows))
            """
    }

    private var repeating: String {
        """
        <h2>Reproducing this run</h2><p>The file <code>suite.yaml</code> beside this page is the complete configuration: \
        <code>highmmt run suite.yaml --run DIR</code>. Except for times, the same seed gives the same numbers.</p>
        """
    }
}
