import Foundation

extension Suite {
    /// Creates the suite of one dataset: a task for each of its targets, by the robust recipe.
    ///
    /// - Parameters:
    ///   - folder: The folder of the dataset.
    ///   - overrides: As for ``init(file:overrides:)``.
    /// - Throws: `ConfigurationError` naming the file or the override, the key, and what was
    ///   expected.
    public init(dataset folder: String, overrides: [String] = []) throws {
        let description = try DatasetDescription(file: "\(folder)/\(DatasetDescription.fileName)")
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        let name = String(
            url.lastPathComponent.prefix(80).map { letter in
                letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-") ? letter : "_"
            })
        func text(_ value: String) -> ConfigurationNode { .scalar(value, isText: true) }
        let tasks = description.targets.keys.reduce(into: [String: ConfigurationNode]()) {
            $0[$1] = .mapping(["dataset": text(name), "target": text($1)])
        }
        let node = ConfigurationNode.mapping([
            "name": text(name), "datasets": .mapping([name: .mapping(["path": text(url.path)])]),
            "tasks": .mapping(tasks), "training": .mapping(["recipe": text(TrainingRecipe.robust.rawValue)]),
        ])
        try self.init(node: node, file: "\(folder)/\(DatasetDescription.fileName)", overrides: overrides)
    }

    /// Reads a suite from a YAML file, or creates the one of a dataset's folder.
    ///
    /// - Throws: As ``init(file:overrides:)`` and ``init(dataset:overrides:)``.
    public init(location: String, overrides: [String] = []) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: location, isDirectory: &isFolder)
        if exists, isFolder.boolValue {
            try self.init(dataset: location, overrides: overrides)
        } else {
            try self.init(file: location, overrides: overrides)
        }
    }
}
