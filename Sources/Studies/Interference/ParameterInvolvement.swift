import HighMMT
import Multimodal
import Torch
import Training

/// The numbers of tasks to which the parameters of encoders and of crossmodal blocks matter.
///
/// The importance of a parameter θ for a task is the diagonal of the empirical Fisher information,
/// the mean over samples of (∂L/∂θ)², where L is the loss of the task that training minimises
/// (Kirkpatrick et al. 2017). A parameter is involved in a task when its importance is at least
/// ``threshold``² times the mean importance of all parameters of encoders and crossmodal blocks
/// that the task reaches, so when its root mean square gradient is at least ``threshold`` times the
/// usual one. A task reaches a parameter when some gradient is not zero.
///
/// Table 7 of Liang et al. 2023 has these shares, with a threshold of its own.
public struct ParameterInvolvement: Codable, Equatable, Sendable {
    /// The least root mean square gradient of an involved parameter, as a share of the usual one.
    public static let threshold = 0.1
    /// The maximum number of validation samples per task.
    public static let samples = 64

    /// The share of the parameters of all encoders that are involved in 0, 1, 2, … tasks.
    public var unimodal: [Double]
    /// The same for the parameters of all crossmodal blocks; `nil` without such parameters.
    public var crossmodal: [Double]?

    /// Measures the gradients of a trained model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - tasks: The tasks, of which validation samples are read.
    ///   - objectives: Task → its objective.
    ///   - seed: The seed that draws the samples.
    /// - Throws: `DatasetError` that names the file when samples cannot be read; `TorchError` when
    ///   memory runs out.
    init(_ model: HighMMTModel, tasks: [OpenedTask], objectives: [String: TaskObjective], seed: UInt64) throws {
        let (encoders, blocks) = (Self.paths(of: model, "encoder."), Self.paths(of: model, "crossmodal."))
        var importances: [[String: [Double]]] = []
        for task in tasks {
            guard let objective = objectives[task.name] else { continue }
            importances.append(try Self.importances(model, task, objective, paths: encoders + blocks, seed: seed))
        }
        func together(_ paths: [String]) -> [[Double]] { importances.map { own in paths.flatMap { own[$0] ?? [] } } }
        let least = Self.least(together(encoders + blocks))
        unimodal = Self.shares(together(encoders), least: least)
        crossmodal = blocks.isEmpty ? nil : Self.shares(together(blocks), least: least)
    }

    /// Returns the least importance of an involved parameter for each task.
    ///
    /// - Parameter importances: For every task, the importance of every parameter.
    static func least(_ importances: [[Double]]) -> [Double] {
        importances.map { own in
            let reached = own.filter { $0 > 0 }
            return reached.isEmpty ? .infinity : threshold * threshold * reached.reduce(0, +) / Double(reached.count)
        }
    }

    /// Returns the share of parameters that are involved in 0, 1, 2, … tasks.
    ///
    /// - Parameters:
    ///   - importances: For every task, the importance of every parameter.
    ///   - least: For every task, the least importance of an involved parameter.
    static func shares(_ importances: [[Double]], least: [Double]) -> [Double] {
        let count = importances.first?.count ?? 0
        var parameters = [Int](repeating: 0, count: importances.count + 1)
        for index in 0..<count {
            parameters[zip(importances, least).count { own, least in own[index] >= least }] += 1
        }
        return parameters.map { count > 0 ? Double($0) / Double(count) : 0 }
    }

    private static func paths(of model: HighMMTModel, _ prefix: String) -> [String] {
        model.parameters.paths.filter { $0.hasPrefix(prefix) }
    }

    /// Returns the mean squared gradient of every element of some parameters.
    static func importances(
        _ model: HighMMTModel, _ task: OpenedTask, _ objective: TaskObjective, paths: [String], seed: UInt64
    ) throws -> [String: [Double]] {
        let reader = BatchReader(task, split: .valid)
        let order = BatchOrder(
            rows: reader.rows, batch: 1, seed: seed, purpose: "involvement/\(task.name)", limit: samples)
        var sum = try Tensor.zeros([model.parameters.count], device: model.parameters.device)
        for rows in order.sequential {
            let batch = try reader.batch(rows)
            try model.parameters.clearGradients()
            let input = try TaskInput(batch, device: model.parameters.device)
            let output = try model.forward([task.name: input], headsOnly: true)
            guard let outputs = output.logits[task.name] else { continue }
            let loss = try objective.loss(outputs, batch.target.to(device: model.parameters.device))
            // A sample without labels has no loss.
            guard try loss.item().isFinite else { continue }
            try loss.backward()
            sum = try sum + model.parameters.gradients.squared()
        }
        try model.parameters.clearGradients()
        let count = Double(max(1, order.limit))
        return try paths.reduce(into: [:]) { importances, path in
            guard let range = try model.parameters.ranges(of: [path]).first else { return }
            importances[path] = try sum.narrowed(axis: 0, start: range.lowerBound, length: range.count).doubles()
                .map { $0 / count }
        }
    }
}
