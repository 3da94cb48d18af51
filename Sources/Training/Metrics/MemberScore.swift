import Multimodal

/// The score of one member of a group, such as one of the persons recorded.
public struct MemberScore: Codable, Equatable, Sendable {
    /// The number of the member in the dataset.
    public var member: Int64
    /// The name of the member; `nil` if it has none.
    public var name: String?
    /// The number of its samples.
    public var samples: Int
    /// The value of the task's first metric; `nil` where it is undefined.
    public var score: Double?

    /// Returns the scores of the members of every group of a task's dataset; `nil` without groups
    /// that have several members in the split.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - split: The split of the predictions.
    ///   - predictions: The predictions for all samples of the split, in order.
    /// - Throws: An error that names the file when the members cannot be read.
    static func groups(
        of task: OpenedTask, on split: Split, _ predictions: Predictions
    ) throws -> [String: [MemberScore]]? {
        guard let metric = task.metrics.first else { return nil }
        let reader = BatchReader(task, split: split)
        let rows = predictions.outputs.indices.map(reader.storedRow)
        var groups: [String: [MemberScore]] = [:]
        for (name, description) in task.dataset.description.groups ?? [:] {
            let members = try task.dataset.rows(of: split).members(of: name)
            let places = Dictionary(grouping: rows.indices) { members[rows[$0]] }
            guard places.count > 1 else { continue }
            groups[name] = places.sorted { $0.key < $1.key }.map { member, places in
                let score = predictions.selected(places).value(of: metric)
                return MemberScore(
                    member: member, name: description.name(of: member), samples: places.count,
                    score: score.isFinite ? score : nil)
            }
        }
        return groups.isEmpty ? nil : groups
    }
}
