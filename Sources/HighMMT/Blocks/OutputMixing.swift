import Torch

/// The outputs of tasks: those of their heads and summary paths, each with its factor.
package struct OutputMixing {
    private let tasks: [TaskShape]
    private let summaries: [String: SummaryPath]
    private let factors: [String: Tensor]

    /// Returns the parameters of a task besides its head.
    package static func declarations(_ task: TaskShape) -> [ParameterDeclaration] {
        let factors = ParameterDeclaration.fitted(task.calibrationPath, [2], .ones)
        return SummaryPath.declarations(task) + (task.isCalibrated == true ? [factors] : [])
    }

    /// Finds the parameters of the tasks.
    ///
    /// - Throws: `TorchError` when a parameter is missing.
    package init(_ tasks: [TaskShape], in parameters: ParameterStore) throws {
        self.tasks = tasks
        summaries = try tasks.reduce(into: [:]) { $0[$1.name] = try SummaryPath($1, in: parameters) }
        factors = try tasks.filter { $0.isCalibrated == true }.reduce(into: [:]) {
            $0[$1.name] = try parameters.parameter($1.calibrationPath)
        }
    }

    /// Returns the logits of tasks and the outputs of their summary paths, `[batch, outputs]`.
    ///
    /// - Parameters:
    ///   - heads: The outputs of the heads, `[batch, outputs]`.
    ///   - inputs: The inputs, which the summary paths read.
    ///   - headsOnly: True to return the outputs of the heads alone.
    /// - Throws: ``ModelError`` when an input does not fit; `TorchError` when memory runs out.
    package func logits(
        _ heads: [String: Tensor], inputs: [String: TaskInput], headsOnly: Bool
    ) throws -> (logits: [String: Tensor], summaries: [String: Tensor]) {
        guard !headsOnly else { return (heads, [:]) }
        var (logits, summarised) = (heads, [String: Tensor]())
        for task in tasks {
            guard let head = heads[task.name], let input = inputs[task.name] else { continue }
            let factors = try factors[task.name]?.detached()
            func scaled(_ outputs: Tensor, by index: Int) throws -> Tensor {
                try factors.map { try outputs * $0.narrowed(axis: 0, start: index, length: 1) } ?? outputs
            }
            summarised[task.name] = try summaries[task.name]?(input)
            let own = try scaled(head, by: 1)
            logits[task.name] = try summarised[task.name].map { try own + scaled($0, by: 0) } ?? own
        }
        return (logits, summarised)
    }
}
