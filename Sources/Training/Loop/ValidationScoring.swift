import HighMMT
import Multimodal
import Torch

/// The scores of an epoch on the validation split, and the one number by which parameters are kept.
struct ValidationScoring {
    /// No task counts less than this, however badly it overfits.
    private static let least = -1.0

    private let model: HighMMTModel
    private let tasks: [OpenedTask]
    private let objectives: [String: TaskObjective]
    private let recipe: TrainerRecipe
    private let evaluator: Evaluator
    /// Task → the loss of chance on the validation split.
    private let chance: [String: Double]

    init(
        _ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective], recipe: TrainerRecipe,
        samples: Int?, seed: UInt64
    ) throws {
        self.model = model
        self.tasks = tasks
        self.objectives = objectives
        self.recipe = recipe
        evaluator = Evaluator(model, tasks: tasks, objectives: objectives)
        chance =
            recipe.keep == .loss
            ? try recipe.chanceLosses(tasks, objectives: objectives, samples: samples, seed: seed, on: .valid) : [:]
    }

    /// Validates the parameters as they are; fits the factors of outputs to what they say, where the recipe has them.
    ///
    /// - Throws: an error that names the file, tensor or stream when a batch does not fit.
    func scores() throws -> (tasks: [String: TaskScores], score: Double) {
        var results = try evaluator.predictions(on: .valid, isCalibrated: false)
        if recipe.isCalibrated {
            for task in tasks {
                guard let objective = objectives[task.name], let result = results[task.name],
                    let shape = model.tasks.first(where: { $0.name == task.name }), shape.isCalibrated == true
                else { continue }
                let factor = Calibration.factor(result.predictions, objective)
                try model.parameters.parameter(shape.calibrationPath).overwrite(with: Double(Float(factor)))
                results[task.name] = (
                    objective.scaled(result.predictions, by: factor),
                    objective.loss(of: result.predictions, factor: factor)
                )
            }
        }
        let scores = evaluator.scores(of: results)
        return (scores, recipe.keep == .metric ? evaluator.summedScore(scores) : explained(scores))
    }

    /// The share of the loss of chance that is explained, averaged over tasks.
    private func explained(_ scores: [String: TaskScores]) -> Double {
        let shares = tasks.compactMap { task -> Double? in
            guard let own = scores[task.name], own.samples > 0, let chance = chance[task.name] else { return nil }
            return max(Self.least, 1 - own.loss / chance)
        }
        return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
    }
}

extension TrainerRecipe {
    /// Task → the loss of chance on a split.
    func chanceLosses(
        _ tasks: [OpenedTask], objectives: [String: TaskObjective], samples: Int?, seed: UInt64, on split: Split
    ) throws -> [String: Double] {
        try tasks.reduce(into: [:]) { losses, task in
            guard let objective = objectives[task.name] else { return }
            let rows = BatchOrder(
                rows: task.dataset.train.count, batch: 1 << 20, seed: seed, purpose: task.name, most: samples
            ).sequential.flatMap { $0 }
            losses[task.name] = try ChanceLoss.value(of: task, objective, trainingRows: rows, on: split)
        }
    }

    /// Task → what its loss is divided by.
    func lossUnits(
        _ tasks: [OpenedTask], objectives: [String: TaskObjective], samples: Int?, seed: UInt64
    ) throws -> [String: Double] {
        guard balance == .chance else { return [:] }
        return try chanceLosses(tasks, objectives: objectives, samples: samples, seed: seed, on: .train)
    }
}
