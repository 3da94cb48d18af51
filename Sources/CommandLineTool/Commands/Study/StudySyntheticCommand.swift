import ArgumentParser
import Files
import Heterogeneity
import Studies

/// `highmmt study synthetic`: measures heterogeneity on synthetic data whose structure is known.
struct StudySyntheticCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthetic",
        abstract: "Measure heterogeneity on synthetic data whose structure is known.",
        discussion: """
            The first part has modalities whose overlap is known: d must decrease as the overlap grows. The second \
            part has pairs whose fusion is redundant, unique, additive or exclusive: distances must separate these \
            kinds, and the decomposition of information must identify them.

            Example:
              highmmt study synthetic --worlds 2 --seeds 1
            """)

    struct Result: Encodable {
        var overlap: OverlapStudy.Result
        var fusion: FusionStudy.Result
    }

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the study.", valueName: "dir"))
    var folder = "runs/synthetic"

    @Option(help: ArgumentHelp("Number of worlds with overlapping modalities.", valueName: "n"))
    var worlds = 4

    @Option(help: ArgumentHelp("Seeds of every training.", valueName: "n"))
    var seeds = 2

    @OptionGroup var workers: WorkerOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try CountOptions.check(["--worlds": worlds, "--seeds": seeds])
    }

    func run() throws {
        let interrupt = InterruptSignal()
        let result = try FolderLock.holding(folder) { try measure { interrupt.isReceived } }
        guard !json else { return try JSONOutput.print(result) }
        print(OverlapStudyText(result.overlap).text)
        print("")
        print(FusionStudyText(result.fusion).text)
    }

    private func measure(shouldStop: @escaping @Sendable () -> Bool) throws -> Result {
        let progress = MeasurementProgress()
        let overlap = try OverlapStudy(
            worlds: worlds, budget: TransferBudget(epochs: 8, seeds: seeds), workers: workers.count
        ).run(in: "\(folder)/overlap", progress: progress.show, shouldStop: shouldStop)
        let fusion = try FusionStudy(
            budget: TransferBudget(epochs: 16, seeds: seeds, samples: 1024, targetSamples: 8), workers: workers.count
        ).run(in: "\(folder)/fusion", progress: progress.show, shouldStop: shouldStop)
        return Result(overlap: overlap, fusion: fusion)
    }
}
