extension RunReport {
    /// The commands, versions, data and configuration of the run.
    var repeating: String {
        let commands =
            run.commands.isEmpty
            ? """
            <p>The file <code>suite.yaml</code> beside this page is the complete configuration: \
            <code>highmmt train suite.yaml --run DIR</code>.</p>
            """
            : """
            <p>The commands that made this run, with the paths of the machine that ran them:</p>
            <pre>\(Markup.escaped(run.commands.joined(separator: "\n")))</pre>
            """
        return """
            \(commands)
            <p>Except for times, the same seed, data and number of threads give the same numbers.</p>
            \(versions)
            \(checksums)
            \(configuration)
            """
    }

    private var versions: String {
        guard !run.scores.isEmpty else { return "" }
        let rows = run.scores.map { stage, scores in
            let timing = run.timing?.stages[stage]
            return [
                stage, scores.version, scores.libtorch, "\(scores.seed)", timing?.device ?? "–",
                timing.map { "\($0.threads)" } ?? "–",
            ]
        }
        return Markup.table(["scores of", "highmmt", "LibTorch", "seed", "device", "threads"], rows)
    }

    private var checksums: String {
        let rows = run.checksums.sorted { $0.key < $1.key }.flatMap { dataset, files in
            files.sorted { $0.key < $1.key }.map { [dataset, $0.key, $0.value] }
        }
        guard !rows.isEmpty else { return "" }
        return "<details><summary>Checksums of the data</summary>"
            + Markup.table(["dataset", "file", "checksum"], rows) + "</details>"
    }

    private var configuration: String {
        guard let text = run.configuration else { return "" }
        return
            "<details><summary>Configuration, suite.yaml</summary><pre>\(Markup.escaped(text))</pre></details>"
    }
}
