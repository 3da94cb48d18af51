import ArgumentParser
import Files
import Foundation
import Heterogeneity
import Method
import Studies

/// `highmmt study estimators`: compares cheap measurements of heterogeneity with the exact one.
struct StudyEstimatorsCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimators",
        abstract: "Compare cheap measurements of heterogeneity with the exact one.",
        discussion: """
            Measures all pairs exactly, then again with fewer seeds, shorter trainings, fewer pairs, and probes. The \
            cheap measurements use their own seeds. For each, prints its share of the exact measurement's time, the \
            rank correlation of transfers and distances, and the agreement of the groups. For comparison, also prints \
            the agreement of two halves of the exact measurement. An interrupted study continues when the command is \
            repeated.

            Example:
              highmmt study estimators Suites/open.yaml --only modalities --seeds 4
            """)

    @OptionGroup var suite: SuiteArguments

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the study. (default: runs/NAME-estimators)", valueName: "dir"))
    var folder: String?

    @Option(help: "modalities or interactions. (default: both)")
    var only: HeterogeneityKind?

    @OptionGroup var budget: BudgetOptions

    @Option(help: "Linkage: single, complete, average or ward.")
    var linkage: Linkage = .average

    @Option(help: ArgumentHelp("Number of groups to compare.", valueName: "n"))
    var groups = 3

    @OptionGroup var workers: WorkerOptions

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try CountOptions.check(["--groups": groups])
    }

    func run() throws {
        let interrupt = InterruptSignal()
        let suite = try suite.read()
        let folder = folder ?? "runs/\(suite.name)-estimators"
        let study = EstimatorStudy(
            suite: suite, dataRoot: data.root, folder: folder,
            budget: budget.budget(for: suite),
            linkage: linkage, groups: groups, workers: workers.count)
        try FolderLock.holding(folder) { try run(study) { interrupt.isReceived } }
    }

    private func run(_ study: EstimatorStudy, shouldStop: @escaping @Sendable () -> Bool) throws {
        let display = MeasurementProgress()
        var results: [EstimatorStudy.Result] = []
        for kind in only.map({ [$0] }) ?? HeterogeneityKind.allCases {
            let result = try study.run(
                kind, progress: { display.show($1, of: $0) }, shouldStop: shouldStop)
            guard let result else {
                throw Interruption.study
            }
            results.append(result)
            if !json {
                print(EstimatorStudyText(result).text)
                // The second kind may take hours. Flushing makes the first table readable
                // meanwhile, also in a file.
                fflush(nil)
            }
        }
        if json { try JSONOutput.print(results) }
    }
}
