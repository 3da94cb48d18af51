extension RunReport {
    /// The durations, memory and sizes of all stages; empty before one is trained.
    var costs: String {
        let stages = ReportedRun.stages.map(\.name)
        let trained = stages.filter { run.timing?.stages[$0] != nil || run.scores.map(\.stage).contains($0) }
        guard !trained.isEmpty else { return "" }
        let rows = trained.map { stage -> [String] in
            let timing = run.timing?.stages[stage]
            let seconds = timing?.seconds.values.sorted() ?? []
            return [
                stage, run.scores.first { $0.stage == stage }.map { Markup.count($0.scores.parameters) } ?? "–",
                "\(run.epochs.count { $0.stage == stage && $0.epoch > 0 })",
                Markup.number(seconds.isEmpty ? nil : seconds[seconds.count / 2], decimals: 2),
                Markup.number(seconds.isEmpty ? nil : seconds.reduce(0, +), decimals: 0),
                Markup.number(timing?.peakMemory.map { Double($0) / 1_048_576 }, decimals: 0),
                timing.map { "\($0.device), \($0.threads) threads" } ?? "–",
            ]
        }
        let header = ["stage", "parameters", "epochs", "seconds per epoch", "seconds", "memory, MiB", "device"]
        return """
            <p>The durations of epochs include validation. Memory is the largest resident memory of the process until the end \
            of the stage, without that of accelerators.</p>
            \(Markup.table(header, rows))
            \(speed)
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
            <h3>Speed</h3><p>Median inference time in milliseconds per sample, measured once on one machine.</p>
            \(Markup.table(["task"] + stages, rows))
            """
    }
}
