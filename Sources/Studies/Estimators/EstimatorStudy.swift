import Foundation
import Heterogeneity
import Multimodal
import Torch

/// How much of the exact measurement do cheaper ones tell, and at what part of its time?
///
/// The cheap measurements have seeds of their own, so that they share no training with the exact one.
public struct EstimatorStudy {
    /// What was found.
    public struct Result: Codable, Sendable {
        /// One way of measuring, against the exact one.
        public struct Comparison: Codable, Sendable {
            /// What it is called.
            public var name: String
            /// Processor seconds of all its trainings and probes.
            public var seconds: Double
            /// These as a part of what the exact measurement took.
            public var share: Double
            /// How far it says the same as the exact measurement.
            public var agreement: MatrixAgreement
        }

        /// Which heterogeneity.
        public var kind: HeterogeneityKind
        /// Streams or pairs.
        public var entries: Int
        /// What the exact measurement may spend.
        public var budget: TransferBudget
        /// Processor seconds of all its trainings.
        public var seconds: Double
        /// How far half of its seeds say the same as the other half: nothing that is cheaper can be expected to do better.
        /// Nothing with one seed.
        public var halves: MatrixAgreement?
        /// Transfers that harm, beyond two standard errors.
        public var harm: Int
        /// Transfers that help, beyond two standard errors.
        public var help: Int
        /// The cheaper ways.
        public var comparisons: [Comparison]
    }

    /// The suite.
    public var suite: Suite
    /// Where its datasets lie.
    public var dataRoot: String
    /// Where measurements are kept; the study continues from what is there.
    public var folder: String
    /// What the exact measurement may spend.
    public var budget: TransferBudget
    /// How groups are made.
    public var linkage: Linkage
    /// Into how many groups.
    public var groups: Int
    /// Trainings at the same time.
    public var workers: Int

    /// Names all parts.
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

    /// Measures whatever is not measured yet, and compares.
    ///
    /// - Parameter shouldStop: asked after every training; a study that is stopped continues there.
    /// - Returns: nothing when it was stopped.
    /// - Throws: what measuring throws.
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
        let signs = signs(reference.matrix)
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
        try own.prepare(for: suite, budget: candidate.budget)
        let measurement = try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: candidate.budget, folder: own.entries(kind),
            estimator: candidate.estimator)
        let count = measurement.entries.count
        let pairs = try candidate.pairsPerEntry.map {
            try EntryPair.sample(of: count, pairs: max(count - 1, Int($0 * Double(count))), seed: suite.seed)
        }
        let spent = try SpentTime(file: "\(own.path)/\(kind.rawValue)-seconds.json")
        let finished = try measurement.run(
            pairs: pairs, workers: workers,
            progress: {
                spent.add($0.processorSeconds)
                progress(candidate.name, $0)
            }, shouldStop: shouldStop)
        try spent.write()
        guard finished else { return nil }
        let matrix = try measurement.matrices(pairs: pairs).normalised
        return (candidate.shrinks ? try matrix.shrunken() : matrix, spent.seconds)
    }

    /// What the first half of the exact measurement's seeds and the second say of each other.
    private func halves(_ kind: HeterogeneityKind, tasks: [OpenedTask]) throws -> MatrixAgreement? {
        guard budget.seeds >= 2 else { return nil }
        let matrices = try [0, budget.seeds / 2].map { first in
            var (suite, part) = (suite, budget)
            suite.seed = suite.seed &+ UInt64(first)
            part.seeds = budget.seeds / 2
            return try TransferMeasurement(
                kind, of: suite, tasks: tasks, budget: part,
                folder: HeterogeneityFolder(run: "\(folder)/exact").entries(kind)
            ).matrices().normalised
        }
        return try MatrixAgreement(matrices[0], matrices[1], linkage: linkage, groups: groups)
    }

    private func signs(_ matrix: HeterogeneityMatrix) -> (harm: Int, help: Int) {
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
