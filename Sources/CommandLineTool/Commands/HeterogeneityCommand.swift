import ArgumentParser
import Heterogeneity
import Method
import Multimodal

/// `highmmt heterogeneity`: measures which streams, and which pairs of streams, would harm each other by sharing.
struct HeterogeneityCommand: ParsableCommand {
    enum Pairs: String, CaseIterable, ExpressibleByArgument { case all, sampled }

    static let configuration = CommandConfiguration(
        commandName: "heterogeneity",
        abstract: "Measure the heterogeneity of all streams and pairs of a suite.",
        discussion: """
            Small predictors are trained on every entry, from a random start and from every other entry. The losses on the \
            validation split give T in both directions, with standard errors, and d = max(T, 0) of both. A command that was \
            stopped continues when it is given again.

            Examples:
              highmmt heterogeneity Suites/open.yaml
              highmmt heterogeneity Suites/open.yaml --only modalities --pairs sampled --seeds 1
              highmmt heterogeneity Suites/open.yaml --shard 1/2 --run runs/first
              highmmt heterogeneity Suites/open.yaml --merge runs/second --run runs/first
            """)

    private struct Result: Encodable {
        var matrices: [String: HeterogeneityMatrix]
        var pairs: [PairDiagnosis]?
    }

    @OptionGroup var suite: SuiteOptions

    @Option(help: "modalities or interactions. (default: both)")
    var only: HeterogeneityKind?

    @Option(help: "all, or sampled: about three pairs for every entry, from which a model fills in the others.")
    var pairs: Pairs = .all

    @Option(help: "exact: by fine-tuning; probe: by ridge regressions on features, about twenty times cheaper.")
    var estimator: TransferEstimator = .exact

    @OptionGroup var budget: BudgetOptions

    @Option(help: ArgumentHelp("Do the i-th of n parts, then stop.", valueName: "i/n"))
    var shard: String?

    @Option(help: ArgumentHelp("Runs whose finished trainings are taken over first.", valueName: "dir"))
    var merge: [String] = []

    @Option(help: ArgumentHelp("Trainings at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON for machines.")
    var json = false

    func validate() throws { try CountOptions.check(["--workers": workers]) }

    func run() throws {
        let read = try suite.read()
        let options = MeasurementOptions(
            budget: budget.budget, samplesPairs: pairs == .sampled, estimator: estimator,
            shard: try shard.map { try TransferShard(parsing: $0) } ?? .whole, merge: merge,
            workers: WorkerOptions.workers(workers))
        let measurement = HeterogeneityMeasurement(
            of: read, tasks: try read.open(dataRoot: data.root, role: .train), run: suite.run(of: read),
            options: options)
        let interrupt = InterruptSignal()
        let progress = MethodProgress()
        let kinds = only.map { [$0] } ?? HeterogeneityKind.allCases
        var results: [String: HeterogeneityMatrix] = [:]
        for kind in kinds {
            let matrices = try measurement.measure(kind, observer: progress.show) { interrupt.isReceived }
            guard let matrices else { continue }
            results[kind.rawValue] = matrices.normalised
            if !json { print(HeterogeneityText(matrices, kind: kind).text) }
        }
        let diagnoses = try measurement.diagnose()
        if json { return try JSONOutput.print(Result(matrices: results, pairs: diagnoses)) }
        if let diagnoses { print(PairDiagnosesText(diagnoses).text) }
    }
}
