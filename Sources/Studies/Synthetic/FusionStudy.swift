import Foundation
import Heterogeneity
import Multimodal

/// Does the interaction heterogeneity tell fusion of different kinds apart, and does the decomposition of information find them?
public struct FusionStudy: Sendable {
    /// What was found.
    public struct Result: Codable, Sendable {
        /// Every pair, named after its kind and copy.
        public var diagnoses: [PairDiagnosis]
        /// Interaction heterogeneity, normalised.
        public var interactions: HeterogeneityMatrix
        /// The kinds, in the order of `distances`.
        public var kinds: [FusionWorld.Kind]
        /// Mean distance of pairs of two kinds; on the diagonal, of two copies of one kind.
        public var distances: SquareMatrix<Double>
        /// Mean transfer from a pair of the row's kind to one of the column's, signed: distances keep its positive part only.
        public var transfers: SquareMatrix<Double>
        /// Mean standard error of one such transfer; not smaller for the mean, since transfers to one pair have its own loss in
        /// common.
        public var transferStandardErrors: SquareMatrix<Double>
    }

    /// The data.
    public var world: FusionWorld
    /// The kinds that are compared.
    public var kinds: [FusionWorld.Kind]
    /// What every training may spend.
    public var budget: TransferBudget
    /// Trainings at the same time.
    public var workers: Int

    /// A study of two copies of every kind.
    public init(
        world: FusionWorld = FusionWorld(), kinds: [FusionWorld.Kind] = FusionWorld.Kind.allCases,
        budget: TransferBudget,
        workers: Int = 1
    ) {
        self.world = world
        self.kinds = kinds
        self.budget = budget
        self.workers = workers
    }

    /// Measures the distances of all pairs, two copies of every kind, and what their modalities say.
    ///
    /// - Parameter folder: where data and finished trainings are kept; the study continues from what is there.
    /// - Throws: what writing data and training throw.
    public func run(
        in folder: String, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) throws -> Result {
        let (modalities, interactions) = try measurements(in: folder, copies: 2)
        _ = try modalities.run(pairs: [], workers: workers, progress: progress)
        _ = try interactions.run(workers: workers, progress: progress)
        let matrix = try interactions.matrices().normalised
        let kindOfEntry = interactions.entries.map { entry in
            kinds.firstIndex { entry.task.hasPrefix($0.rawValue) } ?? 0
        }
        func mean(_ value: (_ from: Int, _ to: Int) -> Double?) -> SquareMatrix<Double> {
            var means = SquareMatrix(count: kinds.count, repeating: 0.0)
            for first in kinds.indices {
                for second in kinds.indices {
                    let values = matrix.names.indices.flatMap { from in
                        matrix.names.indices.compactMap { to in
                            from != to && kindOfEntry[from] == first && kindOfEntry[to] == second
                                ? value(from, to) : nil
                        }
                    }
                    means[first, second] = Sample(values).mean
                }
            }
            return means
        }
        return Result(
            diagnoses: try PairDiagnosis.all(modalities: modalities, interactions: interactions), interactions: matrix,
            kinds: kinds, distances: mean { matrix[$0, $1] }, transfers: mean { matrix.transfers?[$0, $1] },
            transferStandardErrors: mean { matrix.transferStandardErrors?[$0, $1] })
    }

    /// What the modalities of every pair say, without distances.
    ///
    /// - Throws: what writing data and training throw.
    public func diagnoses(in folder: String, copies: Int) throws -> [PairDiagnosis] {
        let (modalities, interactions) = try measurements(in: folder, copies: copies)
        _ = try modalities.run(pairs: [], workers: workers)
        _ = try interactions.run(pairs: [], workers: workers)
        return try PairDiagnosis.all(modalities: modalities, interactions: interactions)
    }

    private func measurements(
        in folder: String, copies: Int
    ) throws -> (modalities: TransferMeasurement, interactions: TransferMeasurement) {
        let names = kinds.flatMap { kind in
            (0..<max(1, copies)).map { (kind: kind, copy: $0, name: "\(kind.rawValue)-\($0)") }
        }
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        for (kind, copy, name) in names where !FileManager.default.fileExists(atPath: "\(folder)/data/\(name)") {
            _ = try world.write(kind, copy: copy, to: "\(folder)/data/\(name)")
        }
        let suite = try Suite(
            yaml: """
                name: fusion
                seed: \(world.seed)
                datasets: {\(names.map { "\($0.name): {path: ./data/\($0.name)}" }.joined(separator: ", "))}
                tasks: {\(names.map { "\($0.name): {dataset: \($0.name), target: class}" }.joined(separator: ", "))}
                modalities: {first: {identity: first}, second: {identity: second}}
                model: {preset: small, latents: 4, width: 16, head_width: 16, encoder: {self_heads: 2}, \
                crossmodal: {self_heads: 2}}
                training: {learning_rate: 0.002, batch: 32}
                """, file: "\(folder)/suite.yaml")
        let tasks = try suite.open(dataRoot: folder)
        func measurement(_ kind: HeterogeneityKind) throws -> TransferMeasurement {
            try TransferMeasurement(
                kind, of: suite, tasks: tasks, budget: budget, folder: "\(folder)/entries/\(kind.rawValue)")
        }
        return (try measurement(.modalities), try measurement(.interactions))
    }
}
