import Files
import Foundation
import Torch
import Yams

/// Datasets, tasks, a model and its training, in one YAML file.
///
/// Decoding is strict: an unknown key is an error that names its dotted path. Whatever the file leaves out is filled in
/// with defaults at once, so that `yaml()` says everything that matters.
public struct Suite: Hashable, Sendable, Encodable {
    /// Short name.
    public var name: String
    /// Where all randomness of a run comes from.
    public var seed: UInt64
    /// Datasets by name.
    public var datasets: [String: SuiteDataset]
    /// Tasks by name.
    public var tasks: [String: SuiteTask]
    /// How tokens are placed, by `dataset/modality` or, for all datasets that have one of that name, by `modality`.
    public var modalities: [String: EncodingSettings]
    /// The model.
    public var model: ModelSettings
    /// Its training.
    public var training: TrainingSettings
    /// The file that it was read from, for messages; its folder is where `./` and `../` start.
    public var file: String

    enum CodingKeys: String, CodingKey {
        case name, seed, datasets, tasks, modalities, model, training
    }

    /// Reads a suite.
    ///
    /// - Parameters:
    ///   - file: the YAML file.
    ///   - overrides: texts such as `training.epochs=3` or `tasks.digits.weight=2`; values are YAML.
    /// - Throws: `ConfigurationError` naming the file or the override, the key, and what was expected.
    public init(file: String, overrides: [String] = []) throws {
        try self.init(node: ConfigurationNode.yaml(file: file), file: file, overrides: overrides)
    }

    /// Reads a suite from text; `file` stands for its file in messages and relative paths.
    ///
    /// - Throws: as `init(file:overrides:)`.
    public init(yaml: String, file: String = "suite.yaml", overrides: [String] = []) throws {
        try self.init(node: ConfigurationNode.yaml(text: yaml, file: file), file: file, overrides: overrides)
    }

    private init(node: ConfigurationNode, file: String, overrides: [String]) throws {
        var node = node
        for override in overrides {
            guard let equals = override.firstIndex(of: "="), equals > override.startIndex else {
                throw ConfigurationError(
                    file: "override '\(override)'",
                    key: "",
                    reason: "expected key=value, such as training.epochs=3"
                )
            }
            let path = override[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let value = try ConfigurationNode.yaml(
                text: String(override[override.index(after: equals)...]),
                file: "override '\(override)'"
            )
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
                "no dataset '\(task.dataset)'" + ClosestName.hint(for: task.dataset, among: datasets.keys)
            )
        }
    }

    /// The suite as YAML with every default spelt out; the same suite always gives the same text.
    public func yaml() throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        encoder.options.allowUnicode = true
        return try encoder.encode(self)
    }

    /// Writes `yaml()` to a file in one step.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to file: String) throws {
        try AtomicFile.write(Array(yaml().utf8), to: file)
    }
}
