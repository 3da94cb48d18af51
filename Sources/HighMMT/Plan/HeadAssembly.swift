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
    ///
    /// A slot without a pair holds its placeholder. If only the context is missing, the latent of
    /// the query is added, so that a single modality still contributes.
    private func pairResults(_ input: TaskInput, slots: [[ExecutionPlan.Slot]]) throws -> Tensor {
        let shape = [input.count, slots.count * configuration.width]
        let bySample = (0..<input.count).flatMap { sample in slots.indices.map { (slot: $0, slots[$0][sample]) } }
        let paired = bySample.map { slot, source in if case .pair(let row) = source { row } else { nil } as Int? }
        guard paired.contains(nil) else {
            guard let results else { throw ModelError("task '\(task.name)' has no result of a pair") }
            return try results.reshaped([-1, configuration.width]).selected(axis: 0, paired.compactMap { $0 })
                .reshaped(shape)
        }
        guard let placeholders else { throw missingPlaceholder }
        let table = try results.map {
            try Tensor.concatenated([placeholders, $0.reshaped([-1, configuration.width])], axis: 0)
        }
        let rows = zip(paired, bySample).map { row, place in row.map { slots.count + $0 } ?? place.slot }
        let features = try (table ?? placeholders).selected(axis: 0, rows)
        let alone = bySample.map { _, source in if case .alone(let row) = source { row } else { nil } as Int? }
        guard alone.contains(where: { $0 != nil }) else { return try features.reshaped(shape) }
        let zero = try Tensor.zeros([1, configuration.width], device: latents.device)
        return try (features + gather(alone, from: queryLatents(), placeholder: zero)).reshaped(shape)
    }

    /// Returns the last or the mean latent of every row, `[rows, d]`.
    private func queryLatents() throws -> Tensor {
        try
            (poolsLatents
            ? pooled() : latents.narrowed(axis: 1, start: configuration.latents - 1, length: 1))
            .reshaped([-1, configuration.width])
    }

    private var missingPlaceholder: ModelError {
        ModelError("a sample of task '\(task.name)' lacks a modality, and this model has no placeholders")
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
        guard let placeholder else { throw missingPlaceholder }
        let extended = try Tensor.concatenated([table, placeholder], axis: 0)
        let missing = try table.size(0)
        return try extended.selected(axis: 0, rows.map { $0 ?? missing })
    }
}
