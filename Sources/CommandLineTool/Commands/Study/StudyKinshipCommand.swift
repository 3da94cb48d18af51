import ArgumentParser
import Heterogeneity
import Method
import Studies

/// `highmmt study kinship`: does the sharing study find a difference where there must be one?
struct StudyKinshipCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinship",
        abstract: "Compare ways of sharing on made-up tasks whose right groups are known.",
        discussion: """
            Tasks of a few rows come in families that see the same factors by the same map. Heterogeneity has to find the \
            families, and groups by it have to score above random groups: what highmmt study sharing says of real data can \
            be held against this. A study that was stopped continues when the command is given again.

            Example:
              highmmt study kinship --seeds 5
            """)

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the study.", valueName: "dir"))
    var folder = "runs/kinship"

    @Option(help: ArgumentHelp("Training rows of every task.", valueName: "n"))
    var rows = 32

    @Option(help: ArgumentHelp("Runs of every way of sharing, and trainings of the measurement.", valueName: "n"))
    var seeds = 5

    @Option(help: ArgumentHelp("Trainings at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func validate() throws { try CountOptions.check(["--rows": rows, "--seeds": seeds, "--workers": workers]) }

    func run() throws {
        _ = try runtime.activate()
        let study = KinshipStudy(
            world: OverlapWorld(rows: rows, testRows: 512), budget: TransferBudget(seeds: seeds), seeds: seeds,
            workers: WorkerOptions.workers(workers))
        let interrupt = InterruptSignal()
        let result = try study.run(
            in: "\(folder)/rows-\(rows)", progress: MeasurementProgress().show, saying: { Terminal.write($0 + "\n") },
            shouldStop: { interrupt.isReceived })
        guard let result else { throw Interruption.study }
        if json { try JSONOutput.print(result) } else { print(KinshipStudyText(result).text) }
    }
}
