/// The execution plans of the latest kinds of steps, since most steps of a run have the same tasks
/// and batch sizes.
struct PlanCache {
    /// More plans than a training with partial batches alternates between.
    private static let capacity = 32

    private var plans: [[String: Int]: ExecutionPlan] = [:]

    /// Returns the plan of a step. Steps in which a sample lacks a modality are planned anew.
    ///
    /// - Throws: As ``ExecutionPlan``.
    mutating func plan(_ tasks: [TaskShape], inputs: [String: TaskInput], sharing: Sharing) throws -> ExecutionPlan {
        guard Self.isComplete(tasks, inputs) else {
            return try ExecutionPlan(tasks, inputs: inputs, sharing: sharing)
        }
        let counts = inputs.mapValues(\.count)
        if let known = plans[counts] { return known }
        let plan = try ExecutionPlan(tasks, inputs: inputs, sharing: sharing)
        if plans.count >= Self.capacity { plans = [:] }
        plans[counts] = plan
        return plan
    }

    /// Returns true when every sample has every modality of its task.
    private static func isComplete(_ tasks: [TaskShape], _ inputs: [String: TaskInput]) -> Bool {
        tasks.allSatisfy { task in
            guard let input = inputs[task.name] else { return true }
            return input.streams.count == task.modalities.count
                && input.streams.values.allSatisfy { $0.present?.allSatisfy { $0 } ?? true }
        }
    }
}
