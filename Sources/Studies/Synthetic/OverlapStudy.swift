import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Numerics
import Parallel

/// Measures how modality heterogeneity decreases with the overlap of what two modalities see.
public struct OverlapStudy: Sendable {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// One modality compared with the anchor.
        public struct Level: Codable, Sendable {
            /// The share of factors that it has in common with the anchor.
            public var overlap: Double
            /// The normalised distance d(anchor; modality).
            public var distance: Double
            /// The standard error of the distance.
            public var standardError: Double
            /// The transfer T from the anchor to the modality.
            public var fromAnchor: Double
            /// The transfer T from the modality to the anchor.
            public var toAnchor: Double
        }

        /// All modalities, in the order of their overlap.
        public var levels: [Level]
        /// The Spearman correlation of overlap and distance.
        public var spearman: Double?
    }

    /// The data. The seed of each world derives from its seed.
    public var world: OverlapWorld
    /// The number of worlds. Their transfers are averaged.
    public var worlds: Int
    /// The budget of every training.
    public var budget: TransferBudget
    /// The number of concurrent trainings.
    public var workers: Int

    /// Creates a study.
    public init(world: OverlapWorld = OverlapWorld(), worlds: Int = 4, budget: TransferBudget, workers: Int = 1) {
        self.world = world
        self.worlds = worlds
        self.budget = budget
        self.workers = workers
    }

    /// Measures d between the anchor and every other modality.
    ///
    /// T is averaged over worlds in each direction. Then d is the sum of the positive parts.
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
        let measured = try (0..<max(1, worlds)).map { number in
            var own = world
            own.seed = world.seed &+ UInt64(number)
            return try transfers(own, in: "\(folder)/world-\(number)", progress, shouldStop)
        }
        let levels = world.overlaps.enumerated().map { index, level in
            let from = Measurements(measured.map { $0[index].from })
            let to = Measurements(measured.map { $0[index].to })
            let distance = SampledHeterogeneity.Measurement(
                forward: from.mean, backward: to.mean, standardErrors: (from.standardError, to.standardError))
            return Result.Level(
                overlap: level.share, distance: distance.value, standardError: distance.standardError ?? 0,
                fromAnchor: from.mean, toAnchor: to.mean)
        }
        return Result(
            levels: levels, spearman: spearmanCorrelation(levels.map(\.overlap), levels.map(\.distance)))
    }

    /// Returns T from and to the anchor of one world, for each overlap in order.
    private func transfers(
        _ world: OverlapWorld, in folder: String, _ progress: @escaping @Sendable (TransferProgress) -> Void,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> [(from: Double, to: Double)] {
        let data = "\(folder)/data"
        try Team.current.leadFirst {
            guard !FileManager.default.fileExists(atPath: data) else { return }
            try Folder.make(folder)
            _ = try world.write(to: data)
        }
        let suite = try Suite(
            yaml: """
                name: overlap
                seed: \(world.seed)
                datasets: {world: {path: ./data}}
                tasks: {class: {dataset: world, target: class}}
                model: {preset: small, latents: 4, width: 16, head_width: 16, encoder: {self_heads: 2}}
                training: {recipe: published, learning_rate: 0.002, batch: 16}
                """, file: "\(folder)/suite.yaml")
        let tasks = try suite.open(dataRoot: folder)
        let measurement = try TransferMeasurement(
            .modalities, of: suite, tasks: tasks, budget: budget, folder: "\(folder)/entries")
        func index(_ modality: String) throws -> Int {
            guard let index = measurement.entries.firstIndex(where: { $0.modalities == [modality] }) else {
                throw HeterogeneityError("\(data): has no modality '\(modality)'; delete \(folder) to start again")
            }
            return index
        }
        let anchor = try index("anchor")
        let others = try world.overlaps.map { try index($0.modality) }
        let pairs = others.map { EntryPair(anchor, $0) }
        guard try measurement.run(pairs: pairs, workers: workers, progress: progress, shouldStop: shouldStop) else {
            throw Interruption.study
        }
        let sampled = try measurement.sampled(pairs: pairs).normalised
        return others.map { (sampled.transfers?[anchor, $0] ?? 0, sampled.transfers?[$0, anchor] ?? 0) }
    }
}
