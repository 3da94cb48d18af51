import ArgumentParser
import Files
import Heterogeneity
import Method
import Multimodal
import Parallel

/// `highmmt heterogeneity`: measures which streams, and which pairs of streams, would harm each
/// other by sharing parameters.
struct HeterogeneityCommand: TeamCommand {
    enum Pairs: String, CaseIterable, ExpressibleByArgument { case all, sampled }

    static let configuration = CommandConfiguration(
        commandName: "heterogeneity",
        abstract: "Measure the heterogeneity of all streams and pairs of a suite.",
        discussion: """
            A small predictor is trained on every entry (a stream or a pair), from random initialisation and from the \
            predictor of every other entry. The validation losses give the transfer T in both directions with standard \
            errors; d is the sum of the positive parts, max(T, 0). An interrupted measurement continues when the \
            command is repeated.

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

    @Option(help: "all, or sampled: measure about three pairs per entry and impute the others.")
    var pairs: Pairs = .all

    @Option(help: "exact: by fine-tuning; probe: by ridge regression on features, about twenty times cheaper.")
    var estimator: TransferEstimator = .exact

    @OptionGroup var budget: BudgetOptions

    @Option(help: ArgumentHelp("Run only the i-th of n parts.", valueName: "i/n"))
    var shard: String?

    @Option(help: ArgumentHelp("Copy the finished trainings of this run first. Repeatable.", valueName: "dir"))
    var merge: [String] = []

    @OptionGroup var workers: WorkerOptions

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let interrupt = InterruptSignal()
        let read = try suite.read()
        let options = MeasurementOptions(
            budget: budget.budget(for: read), samplesPairs: pairs == .sampled, estimator: estimator,
            shard: try shard.map { try TransferShard(parsing: $0) } ?? .whole, merge: merge,
            workers: workers.count)
        let tasks = try read.open(dataRoot: data.root, role: .train)
        let measurement = HeterogeneityMeasurement(
            of: read, tasks: tasks, run: suite.run(of: read), options: options)
        // Fewer than two pairs cannot be compared, so only streams are measured.
        let pairCount = HeterogeneityKind.interactions.entries(of: tasks).count
        if only == nil, pairCount == 1 {
            Terminal.write("note: there is one pair of streams only, none to compare it with\n")
        }
        try FolderLock.holding(suite.run(of: read).path) {
            try measure(measurement, comparable: pairCount < 2 ? [.modalities] : HeterogeneityKind.allCases) {
                interrupt.isReceived
            }
        }
        try CommandLog.add(to: suite.run(of: read).path)
    }

    private func measure(
        _ measurement: HeterogeneityMeasurement, comparable: [HeterogeneityKind],
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let progress = MethodProgress()
        let kinds = only.map { [$0] } ?? comparable
        var results: [String: HeterogeneityMatrix] = [:]
        for kind in kinds {
            let matrices = try measurement.measure(kind, observer: progress.show, shouldStop: shouldStop)
            guard let matrices else { continue }
            results[kind.rawValue] = matrices.normalised
            if !json { print(HeterogeneityText(matrices, kind: kind).text) }
        }
        try Team.current.dismissHelpers()
        let diagnoses = try measurement.diagnose()
        if json { return try JSONOutput.print(Result(matrices: results, pairs: diagnoses)) }
        if let diagnoses { print(PairDiagnosesText(diagnoses).text) }
    }
}
