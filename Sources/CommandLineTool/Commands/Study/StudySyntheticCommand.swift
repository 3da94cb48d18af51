import ArgumentParser
import Heterogeneity
import Studies

/// `highmmt study synthetic`: heterogeneities on data whose structure is known.
struct StudySyntheticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthetic",
        abstract: "Measure heterogeneities on made-up data whose structure is known.",
        discussion: """
            First, modalities that share a known part of what they see: d must fall with that part. Second, pairs whose fusion \
            is redundant, unique, additive or exclusive: distances must tell them apart, and the decomposition of \
            information must find them.

            Example:
              highmmt study synthetic --worlds 2 --seeds 1
            """)

    private struct Result: Encodable {
        var overlap: OverlapStudy.Result
        var fusion: FusionStudy.Result
    }

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the study.", valueName: "dir"))
    var folder = "runs/synthetic"

    @Option(help: ArgumentHelp("Worlds of overlapping modalities.", valueName: "n"))
    var worlds = 4

    @Option(help: ArgumentHelp("Trainings of everything, from different random starts.", valueName: "n"))
    var seeds = 2

    @Option(help: ArgumentHelp("Trainings at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @Flag(help: "Print JSON for machines.")
    var json = false

    func validate() throws {
        try CountOptions.check(["--worlds": worlds, "--seeds": seeds, "--workers": workers])
    }

    func run() throws {
        let workers = WorkerOptions.workers(workers)
        let progress = MeasurementProgress()
        let overlap = try OverlapStudy(
            worlds: worlds, budget: TransferBudget(epochs: 8, seeds: seeds), workers: workers
        ).run(in: "\(folder)/overlap", progress: progress.show)
        let fusion = try FusionStudy(
            budget: TransferBudget(epochs: 16, seeds: seeds, samples: 1024, targetSamples: 8), workers: workers
        ).run(in: "\(folder)/fusion", progress: progress.show)
        guard !json else { return try JSONOutput.print(Result(overlap: overlap, fusion: fusion)) }
        print(OverlapStudyText(overlap).text)
        print("")
        print(FusionStudyText(fusion).text)
    }
}
