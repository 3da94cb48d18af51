import Files
import Multimodal

/// The scores that a run loses without each modality of each task, and the scores of each modality
/// alone.
public struct ModalityCosts: Codable, Equatable, Sendable {
    /// One modality of one task. Scores are those of the task's first metric; undefined scores are
    /// `nil`.
    public struct Row: Codable, Equatable, Sendable {
        /// The name of the task.
        public var task: String
        /// The modality that is removed from all samples.
        public var modality: String
        /// The first metric of the task.
        public var metric: Metric
        /// The score with all modalities.
        public var all: Double?
        /// The score without this modality. For a task with a single modality it is the chance
        /// level.
        public var without: Double?
        /// The loss of score without the modality, positive when the modality helps. The sign
        /// accounts for metrics of which less is better.
        public var cost: Double?
        /// The score with this modality alone.
        public var only: Double?
        /// The score of a constant prediction, which uses no input.
        public var chance: Double?
        /// True when the task has no other modality.
        public var isOnlyModality: Bool
        /// True when the model was never trained without the modality.
        public var isIndispensable: Bool
    }

    /// The name of the suite.
    public var suite: String
    /// The split that was scored.
    public var split: Split
    /// The seed of the run.
    public var seed: UInt64
    /// Every modality of every task, sorted by task and modality.
    public var rows: [Row]
}

extension StageRun {
    /// Scores every task without each of its modalities, and with each modality alone. Scores of
    /// the test splits are saved in the run, as by ``evaluate(on:stage:conditions:)``.
    ///
    /// - Parameters:
    ///   - stage: The stage to score; `nil` uses ``RunDirectory/latestStage``.
    ///   - progress: Receives the name of each task before it is scored.
    /// - Throws: ``RunError`` when tasks have several modalities and the model was trained without
    ///   none of them; otherwise as ``evaluate(on:stage:conditions:)``.
    public func modalityCosts(
        on split: Split, stage: TrainingStage? = nil, progress: (String) -> Void = { _ in }
    ) throws -> ModalityCosts {
        let scored = stage ?? run.latestStage ?? .first
        let stamp = try run.checksumOfBest(scored)
        let best = try run.bestModel(of: stage, device: model.parameters.device).model
        let several = tasks.filter { $0.modalities.count > 1 }
        let isLearned = try several.contains { task in try task.modalities.contains { try canLack($0, of: task, best) }
        }
        guard several.isEmpty || isLearned else {
            throw RunError(
                "\(run.path): the model was never trained without a modality; train with training.modality_dropout "
                    + "above 0 to measure the cost of each")
        }
        var rows: [ModalityCosts.Row] = []
        for task in tasks {
            guard let metric = task.metrics.first else { continue }
            progress(task.name)
            let evaluator = Evaluator(best, tasks: [task], objectives: objectives)
            let lacked = Set(try task.modalities.filter { try canLack($0, of: task, best) })
            let chance = try ChanceLevel.scores(of: task, on: split)[metric.rawValue]
            var known: [Set<String>: Double?] = [:]
            /// Returns the score with some modalities; `nil` when the model was never trained
            /// without the others.
            func score(with kept: Set<String>) throws -> Double? {
                let absent = Set(task.modalities).subtracting(kept)
                guard absent.isSubset(of: lacked) else { return nil }
                if let known = known[kept] { return known }
                let conditions = InputConditions(without: absent.map(task.stream))
                let value = try evaluator.scores(on: split, conditions: conditions)[task.name]?.metrics[metric.rawValue]
                known[kept] = .some(value)
                return value
            }
            let everything = Set(task.modalities)
            let all = try score(with: everything)
            for modality in task.modalities {
                let isOnly = task.modalities.count == 1
                let without = isOnly ? chance : try score(with: everything.subtracting([modality]))
                let loss = without.flatMap { without in all.map { $0 - without } }
                rows.append(
                    ModalityCosts.Row(
                        task: task.name, modality: modality, metric: metric, all: all, without: without,
                        cost: loss.map { metric.higherIsBetter ? $0 : -$0 }, only: try score(with: [modality]),
                        chance: chance, isOnlyModality: isOnly,
                        isIndispensable: !isOnly && !lacked.contains(modality)))
            }
        }
        let costs = ModalityCosts(suite: suite.name, split: split, seed: suite.seed, rows: rows)
        if split == .test {
            try keep(of: scored, ifBestIs: stamp) {
                try JSONFile.writeChecked(costs, to: run.modalityCostsPath(of: scored))
            }
        }
        return costs
    }
}
