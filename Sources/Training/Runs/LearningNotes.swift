import Foundation
import HighMMT
import Multimodal
import Torch

/// Warnings about a trained model: tasks that learned nothing or overfitted, and modalities that
/// have no influence.
///
/// They are derived from the validation split and from the training log.
struct LearningNotes {
    /// The maximum number of validation rows to examine, evenly spaced.
    private static let mostRows = 512
    /// The share of the chance loss below which a change counts as none.
    private static let nothing = 0.005

    private let model: any MultitaskModel
    private let objectives: [String: TaskObjective]
    private let chance: [String: Double]
    /// The last finished epoch of the stage.
    private let last: EpochRecord?

    /// Computes the chance loss of every task.
    ///
    /// - Throws: An error that names the file when a target cannot be read.
    init(
        _ model: any MultitaskModel, tasks: [OpenedTask], objectives: [String: TaskObjective], suite: Suite,
        last: EpochRecord?
    ) throws {
        self.model = model
        self.objectives = objectives
        self.last = last
        chance = try TrainerRecipe().chanceLosses(
            tasks, objectives: objectives, samples: suite.training.samples, seed: suite.seed, on: .valid)
    }

    /// Returns one line for each problem found in a task, with its likely cause, and the worth of
    /// its modalities: the increase of the loss when a modality comes from another sample, as a
    /// share of the loss of chance.
    ///
    /// - Throws: An error that names the file when a batch cannot be read.
    func findings(_ task: OpenedTask) throws -> (lines: [String], worth: [String: Double]) {
        guard let objective = objectives[task.name], let chance = chance[task.name] else { return ([], [:]) }
        let reader = BatchReader(task, split: .valid)
        let rows = reader.evenlySpacedRows(atMost: Self.mostRows)
        guard rows.count > 1 else { return ([], [:]) }
        let batches = try stride(from: 0, to: rows.count, by: 64).map {
            try reader.batch(Array(rows[$0..<min($0 + 64, rows.count)]))
        }.filter { batch in task.modalities.contains { batch.present[$0]?.contains(true) ?? true } }
        guard !batches.isEmpty else { return ([], [:]) }
        let outputs = try batches.map { try said($0, of: task) }
        let loss = try mean(outputs, batches, objective)
        var lines: [String] = []
        if isConstant(try outputs.flatMap { try answers($0, objective.kind) }) {
            lines.append(
                "\(task.name): predicts the same for every validation sample; nothing was learned, or the classes are too imbalanced"
            )
        }
        if loss >= chance {
            lines.append(
                "\(task.name): the validation loss, \(Self.number(loss)), is not below chance, \(Self.number(chance)); "
                    + "too few samples, or inputs without information about the target")
        }
        if let training = last?.trainingLoss[task.name], let own = last?.validation[task.name]?.loss,
            training < 0.25 * own, own > 1.1 * loss, own > 0.05 * chance
        {
            lines.append(
                "\(task.name): overfits; in the last epoch the training loss was \(Self.number(training)) and the validation loss "
                    + "\(Self.number(own)), compared with \(Self.number(loss)) in the epoch that was kept")
        }
        guard task.modalities.count > 1, chance > 0 else { return (lines, [:]) }
        var worth: [String: Double] = [:]
        for modality in task.modalities {
            let mixed = try batches.map { try said(Self.mixed($0, modality), of: task) }
            let increase = try mean(mixed, batches, objective) - loss
            worth[modality] = increase / chance
        }
        let idle = task.modalities.filter { loss < chance && worth[$0] ?? 0 < Self.nothing }
        if !idle.isEmpty {
            let verdict =
                idle.count == 1
                ? "it is redundant or carries no information" : "each is redundant or carries no information"
            lines.append(
                "\(task.name): the predictions hardly depend on \(idle.joined(separator: ", ")); \(verdict)")
        }
        return (lines, worth)
    }

    private func said(_ batch: Batch, of task: OpenedTask) throws -> Tensor {
        try withoutGradients {
            let input = try TaskInput(batch, device: model.parameters.device)
            guard let logits = try model.forward([task.name: input]).logits[task.name] else {
                throw RunError("\(task.name): the model has no output for this task")
            }
            return try logits.to(device: .cpu)
        }
    }

    private func mean(_ outputs: [Tensor], _ batches: [Batch], _ objective: TaskObjective) throws -> Double {
        let sums = try zip(outputs, batches).map { try objective.loss($0, $1.target).item() * Double($1.count) }
        return sums.reduce(0, +) / Double(max(1, batches.reduce(0) { $0 + $1.count }))
    }

    /// Returns the most probable class, the signs of labels, or numbers rounded to a thousandth of
    /// a standard deviation.
    private func answers(_ outputs: Tensor, _ kind: TargetKind) throws -> [[Float]] {
        switch kind {
        case .classification: return try outputs.argmax(axis: 1).integers().map { [Float($0)] }
        case .multilabel, .regression:
            let width = try outputs.size(1)
            let values = try outputs.floats().map { kind == .multilabel ? ($0 > 0 ? 1 : 0) : ($0 * 1000).rounded() }
            return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
        }
    }

    private func isConstant(_ answers: [[Float]]) -> Bool { Set(answers).count <= 1 }

    /// Returns a batch in which each row has the modality of its neighbour.
    private static func mixed(_ batch: Batch, _ modality: String) throws -> Batch {
        let order = (0..<batch.count).map { ($0 + 1) % batch.count }
        var mixed = batch
        mixed.inputs[modality] = try batch.inputs[modality]?.selected(axis: 0, order)
        mixed.masks[modality] = try batch.masks[modality]?.selected(axis: 0, order)
        mixed.present[modality] = batch.present[modality].map { present in order.map { present[$0] } }
        return mixed
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }
}
