import Foundation
import HighMMT
import Multimodal
import Torch

/// Warnings about a trained model: tasks that learned nothing or overfitted, and modalities that
/// have no influence.
///
/// All of it is told from the validation split and from the log of the training.
struct LearningNotes {
    /// Validation rows that are looked at, evenly spaced.
    private static let mostRows = 512
    /// A share of the loss of chance that counts as nothing.
    private static let nothing = 0.005

    private let model: HighMMTModel
    private let objectives: [String: TaskObjective]
    private let chance: [String: Double]
    /// The last finished epoch of the stage.
    private let last: EpochRecord?

    /// Reads the loss of chance of all tasks.
    ///
    /// - Throws: An error that names the file when a target cannot be read.
    init(
        _ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective], suite: Suite,
        last: EpochRecord?
    ) throws {
        self.model = model
        self.objectives = objectives
        self.last = last
        chance = try TrainerRecipe().chanceLosses(
            tasks, objectives: objectives, samples: suite.training.samples, seed: suite.seed, on: .valid)
    }

    /// One line for each thing that was noticed of a task, the likely cause with it.
    ///
    /// - Throws: An error that names the file when a batch cannot be read.
    func lines(_ task: OpenedTask) throws -> [String] {
        guard let objective = objectives[task.name], let chance = chance[task.name] else { return [] }
        let reader = BatchReader(task, split: .valid)
        let count = min(reader.rows, Self.mostRows)
        guard count > 1 else { return [] }
        let rows = (0..<count).map { $0 * reader.rows / count }
        let batches = try stride(from: 0, to: count, by: 64).map {
            try reader.batch(Array(rows[$0..<min($0 + 64, count)]))
        }.filter { batch in task.modalities.contains { batch.present[$0]?.contains(true) ?? true } }
        guard !batches.isEmpty else { return [] }
        let outputs = try batches.map { try said($0, of: task) }
        let loss = try mean(outputs, batches, objective)
        var lines: [String] = []
        if isConstant(try outputs.flatMap { try answers($0, objective.kind) }) {
            lines.append(
                "\(task.name): says the same of every validation sample; nothing was learned, or the classes are too uneven"
            )
        }
        if loss >= chance {
            lines.append(
                "\(task.name): its validation loss, \(Self.number(loss)), is not below that of chance, \(Self.number(chance)); "
                    + "too few samples, or inputs that say nothing of the target")
        }
        if let training = last?.trainingLoss[task.name], let own = last?.validation[task.name]?.loss,
            training < 0.25 * own, own > 1.1 * loss, own > 0.05 * chance
        {
            lines.append(
                "\(task.name): overfits; in the last epoch its training loss was \(Self.number(training)), its validation loss "
                    + "\(Self.number(own)), after \(Self.number(loss)) in the epoch that is kept")
        }
        guard task.modalities.count > 1, loss < chance else { return lines }
        for modality in task.modalities {
            let mixed = try batches.map { try said(Self.mixed($0, modality), of: task) }
            if try mean(mixed, batches, objective) - loss < Self.nothing * chance {
                lines.append(
                    "\(task.name): its predictions hardly depend on \(modality); the others say as much, or it says nothing"
                )
            }
        }
        return lines
    }

    private func said(_ batch: Batch, of task: OpenedTask) throws -> Tensor {
        try withoutGradients {
            let input = try TaskInput(batch, device: model.parameters.device)
            guard let logits = try model.forward([task.name: input]).logits[task.name] else {
                throw RunError("\(task.name): the model says nothing of this task")
            }
            return try logits.to(device: .cpu)
        }
    }

    private func mean(_ outputs: [Tensor], _ batches: [Batch], _ objective: TaskObjective) throws -> Double {
        let sums = try zip(outputs, batches).map { try objective.loss($0, $1.target).item() * Double($1.count) }
        return sums.reduce(0, +) / Double(max(1, batches.reduce(0) { $0 + $1.count }))
    }

    /// The most probable class, the signs of labels, or numbers to the thousandth of a deviation.
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

    /// A batch whose rows have the modality of their neighbours.
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
