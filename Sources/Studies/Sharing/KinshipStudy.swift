import Files
import Foundation
import Heterogeneity
import Multimodal
import Numerics
import Torch

/// Does the sharing study find a difference where there must be one?
///
/// Tasks of a few rows each come in families. Members of a family see the same factors by the same map, so that sharing an encoder
/// multiplies what it learns from; families have maps and classes of their own, and nothing tells the model who is of which.
/// The right groups are the families, heterogeneity has to find them, and they have to score above random groups. What the
/// study says of real data can be held against this.
public struct KinshipStudy: Sendable {
    /// What was found.
    public struct Result: Codable, Sendable {
        /// Families.
        public var families: Int
        /// Tasks of each family.
        public var members: Int
        /// Mean distance of two members of a family.
        public var within: Double
        /// Mean distance of members of two families.
        public var across: Double
        /// Adjusted Rand index of the groups by heterogeneity with the families.
        public var agreement: Double
        /// The ways of sharing side by side.
        public var sharing: SharingStudy.Result
    }

    /// The data, but for the seeds of families.
    public var world: OverlapWorld
    /// Families.
    public var families: Int
    /// Tasks of each family.
    public var members: Int
    /// What every training of the measurement may spend.
    public var budget: TransferBudget
    /// Runs of every way of sharing.
    public var seeds: Int
    /// Epochs of stage 1 and of stage 2.
    public var epochs: (first: Int, second: Int)
    /// Trainings of the measurement at the same time.
    public var workers: Int

    /// A study; by default of three families of three tasks with 32 training rows each.
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

    /// Makes the data, measures heterogeneity, and compares ways of sharing.
    ///
    /// - Parameter folder: where everything is kept; the study continues from what is there.
    /// - Returns: nothing when it was stopped.
    /// - Throws: what writing data and training throw.
    public func run(
        in folder: String, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
        saying: (String) -> Void = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result? {
        let suite = try makeSuite(in: folder)
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
        let found = try Dendrogram(of: matrix, linkage: .average).grouping(.groups(families))
        let study = SharingStudy(
            suite: suite, dataRoot: folder, folder: "\(folder)/sharing", modalities: matrix, interactions: nil,
            encoderGroups: families, crossmodalGroups: 1, linkage: .average, seeds: seeds,
            arms: [.all, .none, .random, .features], randomGroupings: 5)
        guard let sharing = try study.run(progress: saying, shouldStop: shouldStop) else { return nil }
        return Result(
            families: families, members: members, within: mean(true), across: mean(false),
            agreement: found.adjustedRandIndex(with: truth) ?? 0, sharing: sharing)
    }

    /// The number of a stream's family.
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
