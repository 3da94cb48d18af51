import Torch

/// The streams and pairs of a step, batched into one call per encoder and per crossmodal block.
///
/// Streams that share an encoder are stacked along the batch axis and run as one call. The same
/// holds for pairs that share a crossmodal block. See the article Performance, "What
/// makes the difference", sharing is a plan.
struct ExecutionPlan {
    /// The samples of one stream that have its modality.
    struct StreamRows {
        var stream: ModalityStream
        var modality: ModalityShape
        /// The indices of these samples in the task's batch, ascending. `nil` when all samples have
        /// the modality.
        var samples: [Int]?
        /// For every sample of the task, its row among the stacked latents of all streams. `nil`
        /// when the modality is missing.
        var rows: [Int?]
    }

    /// One call of an encoder.
    struct EncoderCall {
        var group: Int
        var streams: [StreamRows]
    }

    /// One call of a crossmodal block.
    struct CrossmodalCall {
        var group: Int
        var rows: AttentionBlock.Rows
    }

    /// The source of the features in one slot of a task's head, for one sample.
    enum Slot: Equatable {
        /// A row of the stacked results of all crossmodal calls.
        case pair(Int)
        /// The last latent of a row of the stacked latents, because the context is missing.
        case alone(Int)
        /// No features, because the query is missing.
        case absent
    }

    var encoderCalls: [EncoderCall] = []
    var crossmodalCalls: [CrossmodalCall] = []
    /// For each task, each ordered pair and each sample, the source of its features.
    var slots: [String: [[Slot]]] = [:]

    /// The rows of latents or results that heads read, for tasks whose samples have all of them.
    var headRows: [String: FusedBlocks.HeadRows] = [:]

    /// Plans a step of the tasks that have an input.
    init(_ tasks: [TaskShape], inputs: [String: TaskInput], sharing: Sharing) throws {
        let active = tasks.filter { inputs[$0.name] != nil }
        var rowsOfStream: [ModalityStream: [Int?]] = [:]
        var total = 0
        let grouped = Dictionary(grouping: active.flatMap { task in task.modalities.map { (task, $0) } }) {
            sharing.group(of: ModalityStream(task: $0.0.name, modality: $0.1.name))
        }
        for (group, members) in grouped.sorted(by: { $0.key < $1.key }) {
            var streams: [StreamRows] = []
            for (task, modality) in members {
                guard let input = inputs[task.name] else { continue }
                let stream = ModalityStream(task: task.name, modality: modality.name)
                let present = input.presence(of: modality.name)
                let rows = present.map { isPresent -> Int? in
                    guard isPresent else { return nil }
                    defer { total += 1 }
                    return total
                }
                rowsOfStream[stream] = rows
                let everything = present.allSatisfy { $0 }
                guard present.contains(true) else { continue }
                streams.append(
                    StreamRows(
                        stream: stream, modality: modality,
                        samples: everything ? nil : present.indices.filter { present[$0] }, rows: rows))
            }
            if !streams.isEmpty { encoderCalls.append(EncoderCall(group: group, streams: streams)) }
        }
        try planPairs(active, inputs: inputs, sharing: sharing, rowsOfStream: rowsOfStream)
        for task in active { headRows[task.name] = rows(of: task, rowsOfStream: rowsOfStream) }
    }

    /// Returns what the head of a task reads; `nil` when a sample lacks some of it.
    private func rows(of task: TaskShape, rowsOfStream: [ModalityStream: [Int?]]) -> FusedBlocks.HeadRows? {
        if task.modalities.count == 1 {
            let rows = rowsOfStream[task.streams[0]] ?? [nil]
            let present = rows.compactMap { $0 }
            return present.count == rows.count ? FusedBlocks.HeadRows(.latents, rows: present, slots: 1) : nil
        }
        guard let slots = slots[task.name], let samples = slots.first?.indices else { return nil }
        var rows: [Int] = []
        for sample in samples {
            for slot in slots {
                guard case .pair(let row) = slot[sample] else { return nil }
                rows.append(row)
            }
        }
        return FusedBlocks.HeadRows(.results, rows: rows, slots: slots.count)
    }

    /// Adds the crossmodal calls and the slots of the heads.
    private mutating func planPairs(
        _ tasks: [TaskShape], inputs: [String: TaskInput], sharing: Sharing, rowsOfStream: [ModalityStream: [Int?]]
    ) throws {
        for task in tasks {
            let empty = [Slot](repeating: .absent, count: inputs[task.name]?.count ?? 0)
            slots[task.name] = Array(repeating: empty, count: task.pairs.count)
        }
        let grouped = Dictionary(
            grouping: tasks.flatMap { task in task.pairs.enumerated().map { (task: task.name, index: $0, pair: $1) } }
        ) { sharing.group(of: $0.pair) }
        var total = 0
        for (group, members) in grouped.sorted(by: { $0.key < $1.key }) {
            var rows = AttentionBlock.Rows(queries: [], contexts: [])
            for (task, index, pair) in members {
                let queries = rowsOfStream[pair.query] ?? []
                let contexts = rowsOfStream[pair.context] ?? []
                for (sample, (query, context)) in zip(queries, contexts).enumerated() {
                    switch (query, context) {
                    case (let query?, let context?):
                        rows.queries.append(query)
                        rows.contexts.append(context)
                        slots[task]?[index][sample] = .pair(total)
                        total += 1
                    case (let query?, nil): slots[task]?[index][sample] = .alone(query)
                    case (nil, _): break
                    }
                }
            }
            if !rows.queries.isEmpty { crossmodalCalls.append(CrossmodalCall(group: group, rows: rows)) }
        }
    }
}

extension TaskInput {
    /// Returns, for every sample, true when it has the modality.
    func presence(of modality: String) -> [Bool] {
        guard let stream = streams[modality] else { return Array(repeating: false, count: count) }
        return stream.present ?? Array(repeating: true, count: count)
    }
}
