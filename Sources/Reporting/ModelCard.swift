import Files
import Foundation

/// The model card of a run: Markdown with a head of YAML, as the Hugging Face hub reads it.
///
/// Source of the keys of the head: the hub's documentation, "Model Cards".
public struct ModelCard {
    private let scores: (stage: String, scores: ReportedRun.Scores)
    private let tasks: [ReportedModel.Task]
    private let records: [String: ReportedModel.Record]
    private let datasets: [ReportedDataset]

    /// Reads the files of a run.
    ///
    /// - Parameters:
    ///   - run: The folder of the run.
    ///   - stage: The stage that the card describes; `nil` uses the last one with scores, without
    ///     the pruned model.
    /// - Throws: ``ReportError``, naming the file, for a file that is missing or invalid.
    public init(run: String, stage: String? = nil) throws {
        let scored = try ReportedRun.scores(path: run)
        guard let scores = scored.last(where: { stage == nil ? $0.stage != "pruned" : $0.stage == stage }) else {
            throw ReportError("\(run): \(stage ?? "the run") has no scores; score it on its test splits first")
        }
        self.scores = scores
        let model = try ReportedRun.require(
            ReportedModel.self,
            scores.stage == "stage1" ? "\(run)/model.json" : "\(run)/\(scores.stage)/model.json")
        tasks = model.tasks
        records = model.records
        datasets = try Set(records.values.compactMap(\.dataset)).sorted().compactMap { name in
            try ReportedRun.read(ReportedDataset.self, "\(run)/datasets/\(name).json")
        }
    }

    /// Returns the card of a stage, or `nil` when the stage has no scores.
    ///
    /// - Throws: ``ReportError``, naming the file, for one that cannot be read or is invalid.
    public static func ifScored(run: String, stage: String) throws -> ModelCard? {
        try hasScores(run, stage) ? ModelCard(run: run, stage: stage) : nil
    }

    /// Writes the card of a run into its folder, as `README.md`.
    ///
    /// - Throws: As ``init(run:stage:)``; `FileError` when the file cannot be written.
    public static func write(ofRun run: String) throws {
        try AtomicFile.write(Array(ModelCard(run: run).text.utf8), to: "\(run)/README.md")
    }

    /// Writes the card of a run if a stage has scores.
    ///
    /// - Throws: As ``ifScored(run:stage:)`` and ``write(ofRun:)``.
    public static func write(ofRun run: String, ifScored stage: String) throws {
        if try hasScores(run, stage) { try write(ofRun: run) }
    }

    private static func hasScores(_ run: String, _ stage: String) throws -> Bool {
        try ReportedRun.scores(path: run).contains { $0.stage == stage }
    }

    /// The text of the card.
    public var text: String {
        let result = scores.scores
        return """
            ---
            \(front)
            ---

            # \(result.suite)

            A multimodal multitask model of the suite `\(result.suite)`: \(result.tasks.count) \
            task\(result.tasks.count == 1 ? "" : "s"), \(result.parameters) parameters (\(scores.stage)), trained with highmmt \
            \(result.version) on LibTorch \(result.libtorch) with seed \(result.seed). The method is that of Liang et al., \
            "High-Modality Multimodal Transformer", TMLR 2023.

            ## Tasks

            \(taskTable)

            ## Scores

            On the \(result.split) splits. Chance is the score of the best prediction that ignores the inputs. One seed does not \
            show the variation between seeds.

            \(scoreTable)

            ## Limits

            \(limits)

            ## Data

            \(dataList)

            ## Use

            ```sh
            highmmt predict RUN INPUT --task \(tasks.first?.name ?? "TASK")
            highmmt export RUN --to DIR        # a folder for PyTorch
            ```

            """
    }

    // MARK: The head

    private var front: String {
        let result = scores.scores
        let licences = Set(datasets.map { $0.licence ?? "not stated" }).sorted()
        var lines: [String] = []
        if licences.count == 1, let identifier = Self.identifiers[licences[0]] {
            lines.append("license: \(identifier)")
        } else {
            lines += ["license: other", "license_name: licences-of-the-data", "license_link: '#data'"]
        }
        lines += ["library_name: highmmt", "tags:", "- multimodal", "- multitask"]
        if !datasets.isEmpty { lines.append("datasets:") }
        lines += datasets.map { "- \(Self.quoted($0.name))" }
        let metrics = Set(result.tasks.values.flatMap(\.metrics)).sorted()
        if !metrics.isEmpty { lines.append("metrics:") }
        lines += metrics.map { "- \(Self.quoted($0))" }
        lines += ["model-index:", "- name: \(Self.quoted(result.suite))", "  results:"]
        for (name, task) in result.tasks.sorted(by: { $0.key < $1.key }) {
            let dataset = records[name]?.dataset ?? name
            lines += [
                "  - task:", "      type: \(kind(of: name))", "      name: \(Self.quoted(name))", "    dataset:",
                "      type: \(Self.quoted(dataset))", "      name: \(Self.quoted(dataset))",
                "      split: \(Self.quoted(result.split))", "    metrics:",
            ]
            for metric in task.metrics {
                guard let value = task.scores.metrics[metric] ?? nil else { continue }
                lines += ["    - type: \(Self.quoted(metric))", "      value: \(value)"]
            }
        }
        return lines.joined(separator: "\n")
    }

    private func kind(of task: String) -> String {
        records[task]?.objective.kind == "regression" ? "tabular-regression" : "other"
    }

    /// Licence of a dataset → identifier of the hub.
    private static let identifiers = [
        "CC BY 4.0": "cc-by-4.0", "CC BY 3.0": "cc-by-3.0", "CC BY-SA 4.0": "cc-by-sa-4.0", "CC0": "cc0-1.0",
        "CC0 1.0": "cc0-1.0", "CC BY-NC 4.0": "cc-by-nc-4.0", "MIT": "mit", "Apache 2.0": "apache-2.0",
        "BSD 3-clause": "bsd-3-clause",
    ]

    /// Returns a YAML scalar in single quotes.
    private static func quoted(_ text: String) -> String {
        "'\(text.replacingOccurrences(of: "'", with: "''").replacingOccurrences(of: "\n", with: " "))'"
    }

    // MARK: Sections

    private static func cell(_ text: String) -> String {
        text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "\n", with: " ")
    }

    private static func table(_ rows: [[String]]) -> String {
        let lines = rows.map { "| " + $0.map(cell).joined(separator: " | ") + " |" }
        let rule = "|" + String(repeating: "---|", count: rows.first?.count ?? 0)
        return (lines.prefix(1) + [rule] + lines.dropFirst()).joined(separator: "\n")
    }

    private var taskTable: String {
        Self.table(
            [["task", "modalities", "predicts"]]
                + tasks.map { task in
                    let record = records[task.name]
                    let classes = record?.classes ?? []
                    let predicts =
                        record?.objective.kind == "regression"
                        ? "\(task.outputs) number\(task.outputs == 1 ? "" : "s")"
                        : "\(task.outputs) \(record?.objective.kind == "multilabel" ? "labels" : "classes")"
                            + (classes.isEmpty || classes.count > 12 ? "" : ": \(classes.joined(separator: ", "))")
                    return [task.name, task.modalities.map(\.name).joined(separator: ", "), predicts]
                })
    }

    private var scoreTable: String {
        Self.table(
            [["task", "metric", "score", "chance", "samples"]]
                + scores.scores.tasks.sorted { $0.key < $1.key }.flatMap { name, task in
                    task.metrics.map { metric in
                        [
                            name, metric, Markup.number(task.scores.metrics[metric] ?? nil),
                            Markup.number(task.chance[metric]), "\(task.scores.samples)",
                        ]
                    }
                })
    }

    private var limits: String {
        let notes = scores.scores.notes ?? []
        let found =
            notes.isEmpty
            ? "The checks of the run found no task that learned nothing or overfits."
            : "The checks of the run found:\n\n" + notes.map { "- \($0)" }.joined(separator: "\n")
        return found
            + "\n\nScores hold for data like those of the test splits. Other people, sensors and places were not tested."
    }

    private var dataList: String {
        guard !datasets.isEmpty else { return "The run does not describe its datasets." }
        return datasets.map { dataset in
            var lines = ["- **\(dataset.name)**"]
            if let source = dataset.source { lines.append("  Source: \(source).") }
            lines.append("  Licence: \(dataset.licence ?? "not stated").")
            lines.append("  Citation: \(dataset.citation ?? "not stated").")
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

/// The parts of `model.json` that a card or a report shows.
struct ReportedModel: Decodable {
    struct Task: Decodable {
        struct Modality: Decodable { var name: String }
        var name: String
        var outputs: Int
        var modalities: [Modality]
    }
    struct Record: Decodable {
        struct Objective: Decodable { var kind: String }
        var dataset: String?
        var classes: [String]?
        var objective: Objective
        var absentable: [String]?
    }
    /// The networks of a prior method.
    struct Networks: Decodable {}
    struct Sharing: Decodable {
        var encoders: [String: Int]
        var crossmodal: [String: Int]
    }
    var tasks: [Task]
    var records: [String: Record]
    var sharing: Sharing
    var networks: Networks?
}

/// The parts of the description of a dataset that a card shows.
struct ReportedDataset: Decodable {
    var name: String
    var source: String?
    var licence: String?
    var citation: String?
}
