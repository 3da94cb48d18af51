import ArgumentParser
import Foundation
import Heterogeneity
import Method
import Studies

/// `highmmt study estimators`: how much of the exact heterogeneities do cheaper measurements tell?
struct StudyEstimatorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimators",
        abstract: "Compare cheap measurements of heterogeneity with the exact one.",
        discussion: """
            Measures all pairs exactly, then again with fewer seeds, shorter trainings, fewer pairs and probes, from seeds of \
            their own. Says what part of the time each took, how it ranks transfers and distances, and whether it leads to \
            the same groups; and, so that these numbers can be judged, how far two halves of the exact measurement agree. \
            A study that was stopped continues when the command is given again.

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

    @Option(help: "Distance of two groups: single, complete, average or ward.")
    var linkage: Linkage = .average

    @Option(help: ArgumentHelp("Groups that are compared.", valueName: "n"))
    var groups = 3

    @Option(help: ArgumentHelp("Trainings at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func validate() throws {
        try CountOptions.check(["--groups": groups, "--workers": workers])
    }

    func run() throws {
        let suite = try suite.read()
        let study = EstimatorStudy(
            suite: suite, dataRoot: data.root, folder: folder ?? "runs/\(suite.name)-estimators", budget: budget.budget,
            linkage: linkage, groups: groups, workers: WorkerOptions.workers(workers))
        let interrupt = InterruptSignal()
        let display = MeasurementProgress()
        var results: [EstimatorStudy.Result] = []
        for kind in only.map({ [$0] }) ?? HeterogeneityKind.allCases {
            let result = try study.run(
                kind, progress: { display.show($1, of: $0) }, shouldStop: { interrupt.isReceived })
            guard let result else {
                throw Interruption.study
            }
            results.append(result)
            if !json {
                print(EstimatorStudyText(result).text)
                // The second kind may take hours; the first is there to be read meanwhile, also in a file.
                fflush(nil)
            }
        }
        if json { try JSONOutput.print(results) }
    }
}
