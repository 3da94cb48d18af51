/// Under what conditions a model reads a split: which streams it does without, and how the others are made worse.
public struct InputConditions: Codable, Equatable, Sendable {
    /// Streams that no sample has, `task/modality`, in the order of their names.
    public var without: [String]
    /// What is done to the others, one after the other.
    public var corruptions: [Corruption]
    /// Where the randomness of corruptions comes from.
    public var seed: UInt64

    /// Names all parts.
    public init(without: [String] = [], corruptions: [Corruption] = [], seed: UInt64 = 0) {
        self.without = Set(without).sorted()
        self.corruptions = corruptions
        self.seed = seed
    }

    /// Whether the inputs stay as they are.
    public var isNone: Bool { without.isEmpty && corruptions.allSatisfy { $0.severity == 0 } }

    /// The modalities of a task that may be absent under these conditions although the data have them.
    public func absentable(_ task: OpenedTask) -> Set<String> {
        let removed = task.modalities.filter { without.contains(task.stream($0)) }
        let left = task.modalities.count - removed.count
        let dropped = corruptions.filter { $0.kind == .droppedModalities && $0.severity > 0 && left > 1 }
            .flatMap { $0.modalities(of: task) }
        return Set(removed + dropped)
    }
}

extension Corruption {
    /// The modalities of a task that the corruption is done to.
    func modalities(of task: OpenedTask) -> [String] {
        guard let place else { return task.modalities }
        return task.modalities.filter { place == $0 || place == task.stream($0) }
    }
}
