/// The conditions under which a model reads a split: removed streams and corruptions of the others.
public struct InputConditions: Codable, Equatable, Sendable {
    /// The streams that are removed from every sample, as sorted `task/modality` names.
    public var without: [String]
    /// The corruptions of the remaining streams, applied in order.
    public var corruptions: [Corruption]
    /// The seed of the corruptions.
    public var seed: UInt64

    /// Creates conditions from their parts; by default inputs are unchanged.
    public init(without: [String] = [], corruptions: [Corruption] = [], seed: UInt64 = 0) {
        self.without = Set(without).sorted()
        self.corruptions = corruptions
        self.seed = seed
    }

    /// True when the conditions leave the inputs unchanged.
    public var isNone: Bool { without.isEmpty && corruptions.allSatisfy { $0.severity == 0 } }

    /// Returns the modalities of a task that may be missing under these conditions although the
    /// data contain them.
    public func absentable(_ task: OpenedTask) -> Set<String> {
        let removed = task.modalities.filter { without.contains(task.stream($0)) }
        let left = task.modalities.count - removed.count
        let dropped = corruptions.filter { $0.kind == .droppedModalities && $0.severity > 0 && left > 1 }
            .flatMap { $0.modalities(of: task) }
        return Set(removed + dropped)
    }
}

extension Corruption {
    /// Returns the modalities of a task that the corruption affects.
    func modalities(of task: OpenedTask) -> [String] {
        guard let place else { return task.modalities }
        return task.modalities.filter { place == $0 || place == task.stream($0) }
    }
}
