import Foundation
import Heterogeneity
import Multimodal
import Parallel
import Torch

/// Compares cheap measurements of heterogeneity with the exact one, in agreement and in time.
///
/// The cheap measurements use their own seeds, so they share no training with the exact one.
public struct EstimatorStudy {
    /// The result for one kind of heterogeneity.
    public struct Result: Codable, Sendable {
        /// A cheap measurement compared with the exact one.
        public struct Comparison: Codable, Sendable {
            /// The name of the candidate.
            public var name: String
            /// The processor seconds of all its trainings and probes.
            public var seconds: Double
            /// The share of the exact measurement's processor seconds.
            public var share: Double
            /// The agreement with the exact measurement.
            public var agreement: MatrixAgreement
        }

        /// The kind of heterogeneity.
        public var kind: HeterogeneityKind
        /// The number of entries: streams or pairs.
        public var entries: Int
        /// The budget of the exact measurement.
        public var budget: TransferBudget
        /// The processor seconds of all trainings of the exact measurement.
        public var seconds: Double
        /// The agreement between two halves of its seeds. No cheaper measurement can be expected to
        /// agree better. `nil` with one seed.
        public var halves: MatrixAgreement?
        /// The number of transfers that harm by more than two standard errors.
        public var harm: Int
        /// The number of transfers that help by more than two standard errors.
        public var help: Int
        /// The cheap measurements.
        public var comparisons: [Comparison]
    }

    /// The suite.
    public var suite: Suite
    /// The root folder of its datasets.
    public var dataRoot: String
    /// The folder of the measurements. An interrupted study continues from the results in it.
    public var folder: String
    /// The budget of the exact measurement.
    public var budget: TransferBudget
    /// The linkage for grouping.
    public var linkage: Linkage
    /// The number of groups to compare.
    public var groups: Int
    /// The number of concurrent trainings.
    public var workers: Int

    /// Creates a study from its parts.
    public init(
        suite: Suite, dataRoot: String, folder: String, budget: TransferBudget, linkage: Linkage = .average,
        groups: Int = 3, workers: Int
    ) {
        self.suite = suite
        self.dataRoot = dataRoot
        self.folder = folder
        self.budget = budget
        self.linkage = linkage
        self.groups = groups
        self.workers = workers
    }

    /// Runs the missing measurements and compares them.
    ///
    /// - Parameters:
    ///   - kind: The kind of heterogeneity.
    ///   - progress: Receives the candidate's name and the progress after every training.
    ///   - shouldStop: Queried after every training. A stopped study continues from there.
    /// - Returns: The comparison, or `nil` when the study was stopped.
    /// - Throws: `ConfigurationError` or the error of the dataset when data cannot be opened;
    ///   `HeterogeneityError` when the folder holds a different measurement or a loss is not
    ///   finite; `MatrixError` when a matrix cannot be grouped; `FileError` when a result cannot be
    ///   read or written.
    public func run(
        _ kind: HeterogeneityKind, progress: @escaping @Sendable (String, TransferProgress) -> Void = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result? {
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        let exact = EstimatorCandidate(measurement: "exact", estimator: .exact, budget: budget)
        guard let reference = try measure(exact, kind, suite: suite, tasks: tasks, progress, shouldStop) else {
            return nil
        }
        var others = suite
        others.seed = suite.seed &+ 1000
        var comparisons: [Result.Comparison] = []
        for candidate in EstimatorCandidate.all(below: budget) {
            guard let found = try measure(candidate, kind, suite: others, tasks: tasks, progress, shouldStop)
            else { return nil }
            comparisons.append(
                Result.Comparison(
                    name: candidate.name, seconds: found.seconds, share: found.seconds / max(reference.seconds, 1e-9),
                    agreement: try MatrixAgreement(reference.matrix, found.matrix, linkage: linkage, groups: groups)))
        }
        let signs = Self.signs(reference.matrix)
        return Result(
            kind: kind, entries: reference.matrix.count, budget: budget, seconds: reference.seconds,
            halves: try halves(kind, tasks: tasks), harm: signs.harm, help: signs.help, comparisons: comparisons)
    }

    private func measure(
        _ candidate: EstimatorCandidate, _ kind: HeterogeneityKind, suite: Suite, tasks: [OpenedTask],
        _ progress: @escaping @Sendable (String, TransferProgress) -> Void, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> (matrix: HeterogeneityMatrix, seconds: Double)? {
        let own = HeterogeneityFolder(
            run: "\(folder)/\(candidate.measurement.replacingOccurrences(of: " ", with: "-"))")
        let team = Team.current
        if team.isLead { try own.prepare(for: suite, budget: candidate.budget) }
        let measurement = try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: candidate.budget, folder: own.entries(kind),
            estimator: candidate.estimator)
        let count = measurement.entries.count
        let pairs = try candidate.pairsPerEntry.map {
            try EntryPair.sample(of: count, pairs: max(count - 1, Int($0 * Double(count))), seed: suite.seed)
        }
        let spent = try team.leadFirst { try SpentTime(file: "\(own.path)/\(kind.rawValue)-seconds.json") }
        let before = spent.seconds
        let finished = try measurement.run(
            pairs: pairs, workers: workers,
            progress: {
                team.isLead ? spent.keep(adding: $0.processorSeconds) : spent.add($0.processorSeconds)
                progress(candidate.name, $0)
            }, shouldStop: shouldStop)
        let added = spent.seconds - before
        spent.add(try team.sums([added])[0] - added)
        if team.isLead { try spent.write() }
        guard finished else { return nil }
        let matrix = try measurement.matrices(pairs: pairs).normalised
        return (candidate.shrinks ? try matrix.shrunken() : matrix, spent.seconds)
    }

    /// Returns the agreement between the first and the second half of the exact measurement's
    /// seeds.
    private func halves(_ kind: HeterogeneityKind, tasks: [OpenedTask]) throws -> MatrixAgreement? {
        guard budget.seeds >= 2 else { return nil }
        let matrices = try [0, budget.seeds / 2].map { first in
            var (suite, part) = (suite, budget)
            suite.seed = suite.seed &+ UInt64(first)
            part.seeds = budget.seeds / 2
            part.referenceSeeds = nil
            return try TransferMeasurement(
                kind, of: suite, tasks: tasks, budget: part,
                folder: HeterogeneityFolder(run: "\(folder)/exact").entries(kind)
            ).matrices().normalised
        }
        return try MatrixAgreement(matrices[0], matrices[1], linkage: linkage, groups: groups)
    }

    /// Returns the numbers of transfers that harm and help by more than two standard errors.
    static func signs(_ matrix: HeterogeneityMatrix) -> (harm: Int, help: Int) {
        var (harm, help) = (0, 0)
        for pair in EntryPair.all(of: matrix.count) {
            for (from, to) in [(pair.first, pair.second), (pair.second, pair.first)] {
                guard let value = matrix.transfers?[from, to], let error = matrix.transferStandardErrors?[from, to]
                else { continue }
                if value > 2 * error { harm += 1 }
                if value < -2 * error { help += 1 }
            }
        }
        return (harm, help)
    }
}
