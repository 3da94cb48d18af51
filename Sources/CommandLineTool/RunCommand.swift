import ArgumentParser
import Foundation
import Heterogeneity
import Multimodal
import Training

/// `highmmt run`: the whole method, from data to scores.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The whole method: check data, stage 1, heterogeneity, groups, stage 2, scores.",
        discussion: """
            Every step leaves its result in the folder of the run, and a command that was stopped continues when it is given \
            again.

            Examples:
              highmmt run Suites/open.yaml
              highmmt run Suites/open.yaml --pairs sampled --encoder-groups 3 --crossmodal-groups 2
            """)

    @Argument(help: "The suite: a YAML file.")
    var suite: String

    @Argument(help: ArgumentHelp("Keys of the suite to override.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the run. (default: runs/NAME of the suite)", valueName: "dir"))
    var runFolder: String?

    @Option(help: "Pairs of entries to measure: all, or sampled, the others filled in.")
    var pairs: HeterogeneityCommand.Pairs = .all

    @Option(help: ArgumentHelp("Measurements at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @OptionGroup var budget: BudgetOptions
    @OptionGroup var grouping: GroupingOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print the test scores as JSON.")
    var json = false

    func validate() throws { try CountOptions.check(["--workers": workers]) }

    func run() throws {
        let device = try runtime.activate()
        let suite = try Suite(file: suite, overrides: overrides)
        let directory = RunDirectory(runFolder ?? "runs/\(suite.name)")
        let result = try SuiteWork(
            suite: suite, dataRoot: data.root, run: directory, device: device, grouping: grouping,
            heterogeneity: HeterogeneityWork(
                suite: suite, dataRoot: data.root, run: directory, budget: budget.budget,
                samplesPairs: pairs == .sampled, workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
        ).perform(interrupt: InterruptSignal())
        if json { try JSONOutput.print(result) } else { print(result.text) }
    }
}
