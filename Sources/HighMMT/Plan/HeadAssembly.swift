import Torch

/// Assembles the input of a task's head from latents, pair results and placeholders.
struct HeadAssembly {
    let task: TaskShape
    let configuration: ModelConfiguration
    let placeholders: Tensor?
    /// The latents of all streams of the step, `[rows, n, d]`.
    let latents: Tensor
    /// The results of all pairs of the step, `[rows, 1, d]`. `nil` when there is no pair.
    let results: Tensor?

    /// Returns the input of the head.
    ///
    /// # Shapes
    /// - Result: `[batch, slots · slot width]`
    func features(_ input: TaskInput, plan: ExecutionPlan) throws -> Tensor {
        task.modalities.count == 1
            ? try flattenedLatents(input, plan: plan) : try pairResults(input, slots: plan.slots[task.name] ?? [])
    }

    /// Returns all latents of the only stream, `[batch, n · d]`, or their mean, `[batch, d]`.
    private func flattenedLatents(_ input: TaskInput, plan: ExecutionPlan) throws -> Tensor {
        let width = TaskHead.slots(task, configuration).width
        let rows = plan.encoderCalls.flatMap(\.streams).first { $0.stream.task == task.name }?.rows
        let sampleRows = rows ?? Array(repeating: nil, count: input.count)
        let flat = try (poolsLatents ? pooled() : latents).reshaped([-1, width])
        return try gather(sampleRows, from: flat, placeholder: placeholders?.reshaped([1, width]))
    }

    private var poolsLatents: Bool { configuration.poolsLatents == true }

    private func pooled() throws -> Tensor { try latents.mean(axes: [1], keepingAxes: true) }

    /// Returns the last or mean latents of all pairs, `[batch, pairs · d]`.
    private func pairResults(_ input: TaskInput, slots: [[ExecutionPlan.Slot]]) throws -> Tensor {
        let width = configuration.width
        let flat = try results?.reshaped([-1, width])
        let alone = try poolsLatents ? pooled() : latents.narrowed(axis: 1, start: configuration.latents - 1, length: 1)
        let last = try alone.reshaped([-1, width])
        let columns = try slots.enumerated().map { index, samples in
            let placeholder = try placeholders?.narrowed(axis: 0, start: index, length: 1)
            let paired = samples.map { slot -> Int? in if case .pair(let row) = slot { row } else { nil } }
            guard paired.contains(nil) else { return try gather(paired, from: flat ?? last, placeholder: nil) }
            // A sample without the context keeps the latent of its query besides the
            // placeholder, so a single modality still contributes.
            let alone = samples.map { slot -> Int? in if case .alone(let row) = slot { row } else { nil } }
            let zero = try Tensor.zeros([1, width], device: latents.device)
            let fromPairs = try gather(paired, from: flat ?? zero, placeholder: placeholder)
            return try fromPairs + gather(alone, from: last, placeholder: zero)
        }
        return try Tensor.concatenated(columns, axis: 1)
    }

    /// Returns the given rows of a table, with the placeholder for missing rows.
    ///
    /// # Shapes
    /// - `table`: `[rows, width]`
    /// - `placeholder`: `[1, width]`
    /// - Result: `[batch, width]`
    private func gather(_ rows: [Int?], from table: Tensor, placeholder: Tensor?) throws -> Tensor {
        let present = rows.compactMap { $0 }
        if present.count == rows.count, let first = present.first {
            let consecutive = present.indices.allSatisfy { present[$0] == first + $0 }
            return consecutive
                ? try table.narrowed(axis: 0, start: first, length: rows.count) : try table.selected(axis: 0, present)
        }
        guard let placeholder else {
            throw ModelError("a sample of task '\(task.name)' lacks a modality, and this model has no placeholders")
        }
        let extended = try Tensor.concatenated([table, placeholder], axis: 0)
        let missing = try table.size(0)
        return try extended.selected(axis: 0, rows.map { $0 ?? missing })
    }
}
