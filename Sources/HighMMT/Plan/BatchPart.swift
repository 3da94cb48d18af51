/// The part of a task's batch that one of several processes computes.
public struct BatchPart: Sendable {
    /// The whole batch.
    public var whole: TaskInput
    /// The samples that are computed here, which may be none.
    public var samples: Range<Int>

    /// Creates a part of a batch.
    public init(of whole: TaskInput, samples: Range<Int>) {
        self.whole = whole
        self.samples = samples
    }

    /// For every sample of the whole batch, true when it is computed here.
    var flags: [Bool] { (0..<whole.count).map(samples.contains) }
}

extension ExecutionPlan {
    /// Returns, for every row that an encoder computes in a step, true when it is computed here.
    ///
    /// - Parameters:
    ///   - group: The encoder.
    ///   - parts: Task → the part of its batch that is computed here. The plan is of the whole
    ///     batches.
    func flags(ofEncoder group: Int, parts: [String: BatchPart]) -> [Bool] {
        let streams = encoderCalls.first { $0.group == group }?.streams ?? []
        return streams.flatMap { stream -> [Bool] in
            guard let part = parts[stream.stream.task] else { return [] }
            return stream.samples.map { $0.map(part.samples.contains) } ?? part.flags
        }
    }
}
