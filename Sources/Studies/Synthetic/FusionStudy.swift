import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Numerics
import Parallel

/// Measures pairs whose kind of fusion is known.
///
/// Interaction heterogeneity must tell the kinds apart, and the decomposition of information must
/// identify them.
public struct FusionStudy: Sendable {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// The diagnoses of all pairs of bits. Pairs are named after their kind and copy.
        public var diagnoses: [PairDiagnosis]
        /// The interaction heterogeneity between pairs of graded signals, normalised.
        public var interactions: HeterogeneityMatrix
        /// The kinds, in the order of the tables.
        public var kinds: [FusionWorld.Kind]
        /// The mean distance between pairs of two kinds; on the diagonal, between copies of one
        /// kind.
        public var distances: SquareMatrix<Double>
        /// The mean signed transfer from a pair of the row's kind to a pair of the column's kind.
        /// Distances keep only the positive part.
        public var transfers: SquareMatrix<Double>
        /// The same minus the mean transfer from other copies of the target: the loss caused by a
        /// different kind of fusion. The result of random initialisation cancels out.
        public var losses: SquareMatrix<Double>
        /// The standard errors of `losses` over the copies of the target.
        public var lossStandardErrors: SquareMatrix<Double>
        /// The adjusted Rand index between the kinds and as many groups made from the distances.
        public var agreement: Double
    }

    /// The data whose information is decomposed.
    public var bits: FusionWorld
    /// The data whose distances are measured.
    public var graded: FusionWorld
    /// The kinds to compare.
    public var kinds: [FusionWorld.Kind]
    /// The number of pairs per kind whose distances are measured.
    public var copies: Int
    /// The budget of every training. Kinds differ most when targets have few samples.
    public var budget: TransferBudget
    /// The number of concurrent trainings.
    public var workers: Int

    /// Creates a study. The default compares all kinds.
    public init(
        bits: FusionWorld = FusionWorld(), graded: FusionWorld = FusionWorld(signal: .graded, noise: 0.3),
        kinds: [FusionWorld.Kind] = FusionWorld.Kind.allCases, copies: Int = 4, budget: TransferBudget, workers: Int = 1
    ) {
        self.bits = bits
        self.graded = graded
        self.kinds = kinds
        self.copies = copies
        self.budget = budget
        self.workers = workers
    }

    /// Measures the distances between all pairs of graded signals, and diagnoses two pairs of bits
    /// of each kind.
    ///
    /// - Parameters:
    ///   - folder: The folder of data and finished trainings. An interrupted study continues from
    ///     the results in it.
    ///   - progress: Receives the progress after every training.
    ///   - shouldStop: Returns true to stop; called from worker threads.
    /// - Throws: `Interruption` when `shouldStop` returned true; `FileError` when data or results
    ///   cannot be written; `HeterogeneityError` when a loss is not finite or the folder holds a
    ///   different measurement.
    public func run(
        in folder: String, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result {
        let diagnoses = try diagnoses(in: folder, copies: 2, progress: progress, shouldStop: shouldStop)
        let interactions = try measurement(.interactions, of: graded, copies: copies, budget: budget, in: folder)
        guard try interactions.run(workers: workers, progress: progress, shouldStop: shouldStop) else {
            throw Interruption.study
        }
        let matrix = try interactions.matrices().normalised
        let members = kinds.map { kind in matrix.names.indices.filter { matrix.names[$0].hasPrefix(kind.rawValue) } }
        func table(_ value: (_ from: [Int], _ to: [Int]) -> Double) -> SquareMatrix<Double> {
            var table = SquareMatrix(count: kinds.count, repeating: 0.0)
            for from in kinds.indices {
                for to in kinds.indices { table[from, to] = value(members[from], members[to]) }
            }
            return table
        }
        func transfer(_ from: [Int], _ to: Int) -> Double {
            Measurements(from.compactMap { $0 == to ? nil : matrix.transfers?[$0, to] }).mean
        }
        func losses(_ from: [Int], _ to: [Int]) -> Measurements {
            Measurements(to.map { transfer(from, $0) - transfer(to, $0) })
        }
        let labels = matrix.names.map { name in kinds.firstIndex { name.hasPrefix($0.rawValue) } ?? 0 }
        let groups = try Dendrogram(of: matrix, linkage: .average).grouping(.groups(kinds.count))
        return Result(
            diagnoses: diagnoses, interactions: matrix, kinds: kinds,
            distances: table { from, to in
                Measurements(from.flatMap { first in to.filter { $0 != first }.map { matrix[first, $0] } }).mean
            },
            transfers: table { from, to in Measurements(to.map { transfer(from, $0) }).mean },
            losses: table { losses($0, $1).mean }, lossStandardErrors: table { losses($0, $1).standardError },
            agreement: groups.adjustedRandIndex(with: Grouping(names: matrix.names, labels: labels)) ?? 0)
    }

    /// Returns the diagnoses of all pairs of bits.
    ///
    /// - Parameters:
    ///   - folder: The folder of data and finished trainings. An interrupted study continues from
    ///     the results in it.
    ///   - copies: The number of pairs per kind.
    ///   - progress: Receives the progress after every training.
    ///   - shouldStop: Returns true to stop; called from worker threads.
    /// - Throws: `Interruption` when `shouldStop` returned true; `FileError` when data or results
    ///   cannot be written; `HeterogeneityError` when a loss is not finite or the folder holds a
    ///   different measurement.
    public func diagnoses(
        in folder: String, copies: Int, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [PairDiagnosis] {
        var own = budget
        own.targetSamples = nil
        let kinds: [HeterogeneityKind] = [.modalities, .interactions]
        let measurements = try kinds.map { try measurement($0, of: bits, copies: copies, budget: own, in: folder) }
        for measurement in measurements {
            guard try measurement.run(pairs: [], workers: workers, progress: progress, shouldStop: shouldStop) else {
                throw Interruption.study
            }
        }
        return try PairDiagnosis.all(modalities: measurements[0], interactions: measurements[1])
    }

    private func measurement(
        _ kind: HeterogeneityKind, of world: FusionWorld, copies: Int, budget: TransferBudget, in parent: String
    ) throws -> TransferMeasurement {
        let folder = "\(parent)/\(world.signal.rawValue)"
        let names = kinds.flatMap { kind in
            (0..<max(1, copies)).map { (kind: kind, copy: $0, name: "\(kind.rawValue)-\($0)") }
        }
        try Team.current.leadFirst {
            try Folder.make("\(folder)/data")
            for (kind, copy, name) in names where !FileManager.default.fileExists(atPath: "\(folder)/data/\(name)") {
                _ = try world.write(kind, copy: copy, to: "\(folder)/data/\(name)")
            }
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
                training: {recipe: published, learning_rate: 0.002, batch: 32}
                """, file: "\(folder)/suite.yaml")
        let tasks = try suite.open(dataRoot: folder)
        return try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: budget, folder: "\(folder)/entries/\(kind.rawValue)")
    }
}
