import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Numerics
import Parallel
import Torch

/// A check of the sharing study on tasks whose right groups are known.
///
/// The tasks have few rows and come in families. Members of a family see the same factors through
/// the same map, so a shared encoder has several times the training data. Each family has its own
/// map and classes, and the model is not told which task belongs to which family. The right groups
/// are the families: heterogeneity must find them, and they must score higher than random groups.
/// The result calibrates what the sharing study says about real data.
public struct KinshipStudy: Sendable {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// The number of families.
        public var families: Int
        /// The number of tasks per family.
        public var members: Int
        /// The mean distance between members of the same family.
        public var within: Double
        /// The mean distance between members of different families.
        public var across: Double
        /// The adjusted Rand index between the groups by heterogeneity and the families.
        public var agreement: Double
        /// The result of the sharing study.
        public var sharing: SharingStudy.Result
    }

    /// The data. The seed of each family derives from its seed.
    public var world: OverlapWorld
    /// The number of families.
    public var families: Int
    /// The number of tasks per family.
    public var members: Int
    /// The budget of every training of the measurement.
    public var budget: TransferBudget
    /// The number of runs per arm.
    public var seeds: Int
    /// The numbers of epochs of stages 1 and 2.
    public var epochs: (first: Int, second: Int)
    /// The number of concurrent trainings of the measurement.
    public var workers: Int

    /// Creates a study. The default has three families of three tasks with 32 training rows each.
    public init(
        world: OverlapWorld = OverlapWorld(rows: 32, testRows: 512), families: Int = 3, members: Int = 3,
        budget: TransferBudget, seeds: Int = 5, epochs: (first: Int, second: Int) = (4, 24), workers: Int = 1
    ) {
        self.world = world
        self.families = families
        self.members = members
        self.budget = budget
        self.seeds = seeds
        self.epochs = epochs
        self.workers = workers
    }

    /// Writes the data, measures heterogeneity, and compares ways of sharing.
    ///
    /// - Parameters:
    ///   - folder: The folder of all data and results. An interrupted study continues from the
    ///     results in it.
    ///   - progress: Receives the progress of the measurement.
    ///   - saying: Receives a line about each step of the sharing study.
    ///   - shouldStop: Queried after every training or step.
    /// - Returns: The result, or `nil` when the study was stopped.
    /// - Throws: `FileError` when data or results cannot be written; `HeterogeneityError` when a
    ///   loss is not finite or the folder holds a different measurement; `RunError` or
    ///   `TrainingError` when a training fails.
    public func run(
        in folder: String, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        saying: @escaping (String) -> Void = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result? {
        let team = Team.current
        let suite = try team.leadFirst { try makeSuite(in: folder) }
        let tasks = try suite.open(dataRoot: folder)
        let measurement = try TransferMeasurement(
            .modalities, of: suite, tasks: tasks, budget: budget, folder: "\(folder)/entries")
        guard try measurement.run(workers: workers, progress: progress, shouldStop: shouldStop) else { return nil }
        let matrix = try measurement.matrices().normalised
        let truth = Grouping(names: matrix.names, labels: matrix.names.map(family))
        let pairs = EntryPair.all(of: matrix.count)
        func mean(_ isWithin: Bool) -> Double {
            let chosen = pairs.filter { (truth.labels[$0.first] == truth.labels[$0.second]) == isWithin }
            return Measurements(chosen.map { matrix[$0.first, $0.second] }).mean
        }
        let grouping = try Dendrogram(of: matrix, linkage: .average).grouping(.groups(families))
        var training = StudyTraining(dataRoot: folder, folder: "\(folder)/sharing")
        (training.saying, training.shouldStop) = (saying, shouldStop)
        let study = SharingStudy(
            suite, arms: [.all, .none, .random, .features], randomGroupings: 5, seeds: seeds,
            grouping: HeterogeneityGrouping(
                MeasuredMatrices(modalities: matrix, interactions: nil), encoderGroups: families, crossmodalGroups: 1),
            training: training)
        do {
            return Result(
                families: families, members: members, within: mean(true), across: mean(false),
                agreement: grouping.adjustedRandIndex(with: truth) ?? 0, sharing: try study.run())
        } catch is Interruption {
            return nil
        }
    }

    /// Returns the family number of a stream.
    private func family(of stream: String) -> Int { Int(stream.split(separator: "-")[1]) ?? 0 }

    private func makeSuite(in folder: String) throws -> Suite {
        let names = (0..<families).flatMap { family in (0..<members).map { (family, $0, "family-\(family)-\($0)") } }
        try Folder.make("\(folder)/data")
        for (family, member, name) in names where !FileManager.default.fileExists(atPath: "\(folder)/data/\(name)") {
            var own = world
            own.seed = world.seed &+ UInt64(family)
            own.draw = member
            _ = try own.write(to: "\(folder)/data/\(name)")
        }
        func listed(_ line: (String) -> String) -> String { names.map { line($0.2) }.joined(separator: ", ") }
        return try Suite(
            yaml: """
                name: kinship
                seed: \(world.seed)
                datasets: {\(listed { "\($0): {path: ./data/\($0)}" })}
                tasks: {\(listed { "\($0): {dataset: \($0), target: class, modalities: [anchor]}" })}
                modalities: {anchor: {identity: signal}}
                model: {preset: small, latents: 4, width: 16, head_width: 16, encoder: {self_heads: 2}}
                training: {recipe: published, epochs: \(epochs.first), learning_rate: 0.002, batch: 16, \
                stage2: {epochs: \(epochs.second), learning_rate: 0.002, weight_decay: 0}}
                """, file: "\(folder)/suite.yaml")
    }
}
