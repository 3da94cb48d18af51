/// Streams of tasks, as people call them.
public enum StreamNames {
    /// The streams `task/modality` that a name means: that stream, or, for the name of a modality, those of all tasks that have
    /// it.
    ///
    /// - Parameter option: what gave the name, for the message.
    /// - Throws: `ConfigurationError` that names what there is when nothing is called so.
    public static func streams(named name: String, in tasks: [OpenedTask], option: String) throws -> [String] {
        let found = tasks.flatMap { task in
            task.modalities.filter { $0 == name || task.stream($0) == name }.map(task.stream)
        }
        guard found.isEmpty else { return found }
        let known = tasks.flatMap { task in task.modalities.map(task.stream) }
        let names = known + tasks.flatMap(\.modalities)
        let guess = ClosestName.match(for: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
        throw ConfigurationError(
            file: option, key: "",
            reason: "no stream '\(name)'\(guess), there are \(known.sorted().joined(separator: ", "))")
    }
}
