import HighMMT
import Multimodal
import Torch

/// The scores of an epoch on the validation split, and the number that selects the best parameters.
struct ValidationScoring {
    /// The scores of an epoch.
    struct Scores {
        /// Task → its scores.
        var tasks: [String: TaskScores]
        /// The number that selects the best parameters of all tasks.
        var score: Double
        /// Task → the number that selects its own best parameters.
        var parts: [String: Double]
    }

    /// The minimum score of a task, however badly it overfits.
    private static let least = -1.0

    private let model: any MultitaskModel
    private let tasks: [OpenedTask]
    private let objectives: [String: TaskObjective]
    private let recipe: TrainerRecipe
    private let evaluator: Evaluator
    /// Task → the chance loss on the validation split.
    let chance: [String: Double]

    init(
        _ model: any MultitaskModel, tasks: [OpenedTask], objectives: [String: TaskObjective], recipe: TrainerRecipe,
        samples: Int?, seed: UInt64
    ) throws {
        self.model = model
        self.tasks = tasks
        self.objectives = objectives
        self.recipe = recipe
        evaluator = Evaluator(model, tasks: tasks, objectives: objectives)
        chance = try recipe.chanceLosses(tasks, objectives: objectives, samples: samples, seed: seed, on: .valid)
    }

    /// Scores the current parameters. Fits the calibration factors first if the recipe uses them.
    ///
    /// - Throws: An error that names the file, tensor or stream when a batch does not fit.
    func scores() throws -> Scores {
        guard recipe.isCalibrated else { return score(of: try evaluator.predictions(on: .valid)) }
        var results: [String: (predictions: Predictions, loss: Double)] = [:]
        for task in tasks {
            guard let objective = objectives[task.name],
                let shape = model.tasks.first(where: { $0.name == task.name })
            else { continue }
            let outputs = try evaluator.partialOutputs(of: task, on: .valid)
            let factors = Calibration.factors(outputs, objective)
            try model.parameters.parameter(shape.calibrationPath).overwrite(
                with: Tensor([Float(factors.summary), Float(factors.head)], shape: [2]))
            let sums = outputs.sums(factors)
            results[task.name] = (
                objective.predictions(sums, outputs.truths, target: task.target),
                objective.loss(sums, outputs.truths, width: outputs.width)
            )
        }
        return score(of: results)
    }

    private func score(of results: [String: (predictions: Predictions, loss: Double)]) -> Scores {
        let scores = evaluator.scores(of: results)
        let known = tasks.compactMap { task in part(of: task, scores).map { (task.name, $0) } }
        let sum = known.reduce(0) { $0 + $1.1 }
        return Scores(
            tasks: scores, score: recipe.keep == .metric || known.isEmpty ? sum : sum / Double(known.count),
            parts: Dictionary(uniqueKeysWithValues: known))
    }

    /// Returns the score of one task: its first metric, signed so that higher is better, or the
    /// explained share of the chance loss. The share also replaces a metric that the split does not
    /// define.
    private func part(of task: OpenedTask, _ scores: [String: TaskScores]) -> Double? {
        guard recipe.keep == .metric else { return share(of: task, scores) }
        guard let metric = task.metrics.first, let value = scores[task.name]?.metrics[metric.rawValue] else {
            return share(of: task, scores) ?? 0
        }
        return metric.higherIsBetter ? value : -value
    }

    private func share(of task: OpenedTask, _ scores: [String: TaskScores]) -> Double? {
        guard let own = scores[task.name], own.samples > 0, let chance = chance[task.name] else { return nil }
        return max(Self.least, 1 - own.loss / chance)
    }
}

extension TrainerRecipe {
    /// Returns the chance loss of each task on a split.
    func chanceLosses(
        _ tasks: [OpenedTask], objectives: [String: TaskObjective], samples: Int?, seed: UInt64, on split: Split
    ) throws -> [String: Double] {
        try tasks.reduce(into: [:]) { losses, task in
            guard let objective = objectives[task.name] else { return }
            let rows = BatchOrder(
                rows: task.rows(of: .train), batch: 1 << 20, seed: seed, purpose: task.name, limit: samples
            ).sequential.flatMap { $0 }
            losses[task.name] = try ChanceLoss.value(of: task, objective, trainingRows: rows, on: split)
        }
    }

    /// Returns the divisor of each task's loss.
    func lossUnits(
        _ tasks: [OpenedTask], objectives: [String: TaskObjective], samples: Int?, seed: UInt64
    ) throws -> [String: Double] {
        guard balance != .none else { return [:] }
        return try chanceLosses(tasks, objectives: objectives, samples: samples, seed: seed, on: .train)
    }
}
