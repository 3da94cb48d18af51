/// Resolves the stream names that users write.
public enum StreamNames {
    /// Returns the streams that a name refers to: one stream for `task/modality`, or the matching
    /// streams of all tasks for a modality.
    ///
    /// - Parameter option: The option that supplied the name, for the message.
    /// - Throws: `ConfigurationError` listing the available streams when none matches.
    public static func streams(named name: String, in tasks: [OpenedTask], option: String) throws -> [String] {
        let matches = tasks.flatMap { task in
            task.modalities.filter { $0 == name || task.stream($0) == name }.map(task.stream)
        }
        guard matches.isEmpty else { return matches }
        let available = tasks.flatMap { task in task.modalities.map(task.stream) }
        let names = available + tasks.flatMap(\.modalities)
        let guess = ClosestName.match(for: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
        throw ConfigurationError(
            file: option, key: "",
            reason: "no stream '\(name)'\(guess), expected one of \(available.sorted().joined(separator: ", "))")
    }
}
