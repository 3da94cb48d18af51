import Multimodal

/// What it costs a run to do without each modality of each task, and what each says alone.
public struct ModalityCosts: Codable, Equatable, Sendable {
    /// One modality of one task. Scores are those of the task's first metric; undefined ones are left out.
    public struct Row: Codable, Equatable, Sendable {
        /// The task.
        public var task: String
        /// The modality that is removed from all samples.
        public var modality: String
        /// The first metric of the task.
        public var metric: Metric
        /// The score with all modalities.
        public var all: Double?
        /// The score without this one. A task with one modality is left with chance.
        public var without: Double?
        /// What is lost without it: positive where the modality helps, whether more or less of the metric is better.
        public var cost: Double?
        /// The score with this modality alone.
        public var only: Double?
        /// What is scored without looking at any input.
        public var chance: Double?
        /// Whether the task has no other modality.
        public var isOnlyModality: Bool
        /// Whether the model never learned to do without it.
        public var isIndispensable: Bool
    }

    /// The name of the suite.
    public var suite: String
    /// The split.
    public var split: Split
    /// The seed of the run.
    public var seed: UInt64
    /// Every modality of every task, in the order of their names.
    public var rows: [Row]
}

extension SuiteRun {
    /// Scores every task without each of its modalities, and with each alone.
    ///
    /// - Parameters:
    ///   - stage: ``RunDirectory/latestStage`` when nothing is given.
    ///   - progress: hears which task is next.
    /// - Throws: ``RunError`` when the model learned to do without no modality of any task that has several; otherwise as
    ///   ``evaluate(on:stage:conditions:)``.
    public func modalityCosts(
        on split: Split, stage: TrainingStage? = nil, progress: (String) -> Void = { _ in }
    ) throws -> ModalityCosts {
        let best = try run.bestModel(of: stage, device: model.parameters.device).model
        let several = tasks.filter { $0.modalities.count > 1 }
        let isLearned = try several.contains { task in try task.modalities.contains { try canLack($0, of: task, best) }
        }
        guard several.isEmpty || isLearned else {
            throw RunError(
                "\(run.path): never learned to do without any modality; train with training.modality_dropout above 0 "
                    + "to see what each costs")
        }
        var rows: [ModalityCosts.Row] = []
        for task in tasks {
            guard let metric = task.metrics.first else { continue }
            progress(task.name)
            let evaluator = Evaluator(best, tasks: [task], objectives: objectives)
            let lacked = Set(try task.modalities.filter { try canLack($0, of: task, best) })
            let chance = try ChanceLevel.scores(of: task, on: split)[metric.rawValue]
            var known: [Set<String>: Double?] = [:]
            /// The score with some modalities; nothing where the model never learned to do without the others.
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
        return ModalityCosts(suite: suite.name, split: split, seed: suite.seed, rows: rows)
    }
}
