import Files
import Foundation
import Torch

/// What `dataset.json` says: where the data come from, what is in them, and what is to be predicted.
///
/// Unknown keys are errors. `classes` may be a list of names or a number.
public struct DatasetDescription: Hashable, Sendable, Encodable {
    /// Version of the format that this code reads and writes.
    public static let currentFormat = 1
    /// Name of the file within a dataset's folder.
    public static let fileName = "dataset.json"

    /// Version of the format.
    public var format: Int
    /// Short name.
    public var name: String
    /// Where the data come from.
    public var source: String?
    /// Under which terms they may be used.
    public var licence: String?
    /// How to cite them.
    public var citation: String?
    /// Name and version of the recipe that made the dataset, where one did.
    public var recipe: String?
    /// Inputs by name.
    public var modalities: [String: ModalityDescription]
    /// What can be predicted, by name.
    public var targets: [String: TargetDescription]
    /// What rows have in common, by name, where that is known.
    public var groups: [String: GroupDescription]?
    /// Rows of each split by its name, where stated; checked against the files then.
    public var splits: [String: Int]?

    /// Describes a dataset.
    public init(
        name: String,
        source: String? = nil,
        licence: String? = nil,
        citation: String? = nil,
        modalities: [String: ModalityDescription],
        targets: [String: TargetDescription],
        groups: [String: GroupDescription]? = nil,
        splits: [String: Int]? = nil
    ) {
        format = Self.currentFormat
        self.name = name
        self.source = source
        self.licence = licence
        self.citation = citation
        self.modalities = modalities
        self.targets = targets
        self.groups = groups
        self.splits = splits
    }

    /// Reads a `dataset.json`.
    ///
    /// - Throws: `ConfigurationError` naming the file and the key.
    public init(file: String) throws {
        let node = try ConfigurationNode.json(file: file)
        self = try ConfigurationReader.read(node, file: file) { try DatasetDescription($0) }
    }

    private init(_ reader: ConfigurationReader) throws {
        format = try reader.integer("format", in: 1 ... .max, default: Self.currentFormat)
        guard format == Self.currentFormat else {
            throw reader.failure("format", "\(format), this version reads \(Self.currentFormat)")
        }
        name = try reader.string("name")
        source = try reader.optionalString("source")
        licence = try reader.optionalString("licence")
        citation = try reader.optionalString("citation")
        recipe = try reader.optionalString("recipe")
        modalities = try reader.dictionary("modalities") { try ModalityDescription($0) }
        targets = try reader.dictionary("targets") { try TargetDescription($0) }
        groups = try reader.has("groups") ? reader.dictionary("groups") { try GroupDescription($0) } : nil
        splits = try reader.counts("splits")
        guard !modalities.isEmpty else { throw reader.missing("modalities") }
        guard !targets.isEmpty else { throw reader.missing("targets") }
        for split in (splits ?? [:]).keys.sorted() where Split(rawValue: split) == nil {
            throw reader.failure("splits.\(split)", "unknown key, expected one of train, valid, test")
        }
    }

    /// The text of `dataset.json`; the same description always gives the same text.
    public func json() throws -> String {
        String(decoding: try JSONFile.encode(self), as: UTF8.self) + "\n"
    }

    /// Writes `dataset.json` in one step.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to file: String) throws {
        try AtomicFile.write(Array(json().utf8), to: file)
    }
}
