import ArgumentParser
import Files
import Heterogeneity
import Method
import Studies

/// `highmmt study kinship`: checks the sharing study on synthetic tasks whose right groups are
/// known.
struct StudyKinshipCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinship",
        abstract: "Compare ways of sharing on synthetic tasks whose right groups are known.",
        discussion: """
            Tasks with few rows come in families that see the same factors through the same map. Heterogeneity must \
            find the families, and groups by it must score higher than random groups. The result calibrates what \
            highmmt study sharing says about real data. An interrupted study continues when the command is repeated.

            Example:
              highmmt study kinship --seeds 5
            """)

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the study.", valueName: "dir"))
    var folder = "runs/kinship"

    @Option(help: ArgumentHelp("Training rows per task.", valueName: "n"))
    var rows = 32

    @Option(help: ArgumentHelp("Seeds of each way of sharing and of the measurement.", valueName: "n"))
    var seeds = 5

    @OptionGroup var workers: WorkerOptions

    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try CountOptions.check(["--rows": rows, "--seeds": seeds]) }

    func run() throws {
        _ = try runtime.activate()
        let study = KinshipStudy(
            world: OverlapWorld(rows: rows, testRows: 512), budget: TransferBudget(seeds: seeds), seeds: seeds,
            workers: workers.count)
        let interrupt = InterruptSignal()
        let result = try FolderLock.holding(folder) {
            try study.run(
                in: "\(folder)/rows-\(rows)", progress: MeasurementProgress().show,
                saying: { Terminal.write($0 + "\n") }, shouldStop: { interrupt.isReceived })
        }
        guard let result else { throw Interruption.study }
        if json { try JSONOutput.print(result) } else { print(KinshipStudyText(result).text) }
    }
}
