import Files
import Foundation
import Torch

/// The datasets, the tasks, the model and its training, read from one YAML file.
///
/// Decoding is strict: an unknown key is an error that names its dotted path. Defaults are filled
/// in at once, so that ``yaml()`` is complete.
public struct Suite: Hashable, Sendable, Encodable {
    /// The short name of the suite.
    public var name: String
    /// The seed of all randomness in a run.
    public var seed: UInt64
    /// The datasets by name.
    public var datasets: [String: SuiteDataset]
    /// The tasks by name.
    public var tasks: [String: SuiteTask]
    /// The token encodings, by `dataset/modality`, or by `modality` for all datasets.
    public var modalities: [String: EncodingSettings]
    /// The model.
    public var model: ModelSettings
    /// The training.
    public var training: TrainingSettings
    /// The file that the suite was read from. It is named in messages, and paths that begin with
    /// `./` or `../` are relative to its folder.
    public var file: String

    enum CodingKeys: String, CodingKey {
        case name, seed, datasets, tasks, modalities, model, training
    }

    /// Reads a suite from a file.
    ///
    /// - Parameters:
    ///   - file: The path of the YAML file.
    ///   - overrides: Replacements such as `training.epochs=3` or `tasks.digits.weight=2`, with
    ///     YAML values.
    /// - Throws: `ConfigurationError` naming the file or the override, the key, and what was
    ///   expected.
    public init(file: String, overrides: [String] = []) throws {
        try self.init(node: ConfigurationNode.yaml(file: file), file: file, overrides: overrides)
    }

    /// Reads the suite that a run stores. One that names no recipe is older than the recipes and
    /// means the published training.
    ///
    /// - Parameters:
    ///   - file: The path of the run's `suite.yaml`.
    ///   - overrides: As for ``init(file:overrides:)``.
    /// - Throws: As ``init(file:overrides:)``.
    public init(ofRun file: String, overrides: [String] = []) throws {
        try self.init(node: ConfigurationNode.yaml(file: file).namingRecipe, file: file, overrides: overrides)
    }

    /// Reads a suite that a run or a measurement stores, from its text.
    ///
    /// - Parameters:
    ///   - yaml: The YAML text.
    ///   - file: The path to use in messages.
    /// - Throws: As ``init(file:overrides:)``.
    public init(stored yaml: String, file: String) throws {
        try self.init(node: ConfigurationNode.yaml(text: yaml, file: file).namingRecipe, file: file, overrides: [])
    }

    /// Reads a suite from text.
    ///
    /// - Parameters:
    ///   - yaml: The YAML text.
    ///   - file: The path to use in messages and for relative paths.
    ///   - overrides: As for ``init(file:overrides:)``.
    /// - Throws: As ``init(file:overrides:)``.
    public init(yaml: String, file: String = "suite.yaml", overrides: [String] = []) throws {
        try self.init(node: ConfigurationNode.yaml(text: yaml, file: file), file: file, overrides: overrides)
    }

    init(node: ConfigurationNode, file: String, overrides: [String]) throws {
        var node = node
        for override in overrides {
            guard let equals = override.firstIndex(of: "="), equals > override.startIndex else {
                throw ConfigurationError(
                    file: "override '\(override)'", key: "", reason: "expected key=value, such as training.epochs=3")
            }
            let path = override[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let value = try ConfigurationNode.yaml(
                text: String(override[override.index(after: equals)...]), file: "override '\(override)'")
            node.set(path[...], to: value)
        }
        self = try ConfigurationReader.read(node, file: file) { try Suite($0) }
    }

    private init(_ reader: ConfigurationReader) throws {
        file = reader.file
        name = try reader.string("name")
        seed = UInt64(try reader.integer("seed", in: 0 ... .max, default: 0))
        datasets = try reader.dictionary("datasets") { try SuiteDataset($0) }
        tasks = try reader.dictionary("tasks") { try SuiteTask($0) }
        modalities = try reader.dictionary("modalities", checkingNames: false) { try EncodingSettings($0) }
        let model = try reader.section("model") { try ModelSettings($0) }
        self.model = model
        training = try reader.section("training") { try TrainingSettings($0, preset: model.preset) }
        guard !datasets.isEmpty else { throw reader.failure("datasets", "missing") }
        guard !tasks.isEmpty else { throw reader.failure("tasks", "missing") }
        for (name, task) in tasks.sorted(by: { $0.key < $1.key }) where datasets[task.dataset] == nil {
            throw reader.failure(
                "tasks.\(name).dataset",
                "no dataset '\(task.dataset)'" + ClosestName.hint(for: task.dataset, among: datasets.keys))
        }
    }

    /// Returns the suite as YAML with every default included. Equal suites give equal text.
    ///
    /// - Throws: `EncodingError` when the suite cannot be encoded.
    public func yaml() throws -> String {
        try SettingsText(self).description
    }

    /// Writes ``yaml()`` to a file atomically.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(to file: String) throws {
        try AtomicFile.write(Array(yaml().utf8), to: file)
    }
}

extension ConfigurationNode {
    /// The stored suite with the recipe that it was trained with.
    fileprivate var namingRecipe: ConfigurationNode {
        var members: [String: ConfigurationNode] = [:]
        if case .mapping(let own) = self, case .mapping(let training) = own["training"] ?? .null { members = training }
        guard members["recipe"] == nil else { return self }
        var suite = self
        suite.set(["training", "recipe"], to: .scalar(TrainingRecipe.published.rawValue, isText: true))
        return suite
    }
}
