import Files
import Foundation
import Torch

/// The contents of `dataset.json`: the dataset's origin, modalities, targets and groups.
///
/// Unknown keys are errors. `classes` is a list of names or a count.
public struct DatasetDescription: Hashable, Sendable, Encodable {
    /// The version of the format that this code reads and writes.
    public static let currentFormat = 1
    /// The name of the file within a dataset's folder.
    public static let fileName = "dataset.json"

    /// The version of the format.
    public var format: Int
    /// The short name of the dataset.
    public var name: String
    /// The origin of the data.
    public var source: String?
    /// The licence of the data.
    public var licence: String?
    /// The reference to cite.
    public var citation: String?
    /// The name and version of the recipe that created the dataset; `nil` if none did.
    public var recipe: String?
    /// The modalities by name.
    public var modalities: [String: ModalityDescription]
    /// The targets by name.
    public var targets: [String: TargetDescription]
    /// The groups by name, such as the person that a row was recorded from; `nil` if the dataset
    /// has none.
    public var groups: [String: GroupDescription]?
    /// The number of rows per split name; `nil` skips the comparison with the files.
    public var splits: [String: Int]?
    /// The way from the columns of a raw table to the tensors; `nil` if the dataset has another
    /// origin.
    public var encoding: TableDescription?

    /// Creates a description in the current format, without a recipe.
    public init(
        name: String, source: String? = nil, licence: String? = nil, citation: String? = nil,
        modalities: [String: ModalityDescription], targets: [String: TargetDescription],
        groups: [String: GroupDescription]? = nil, splits: [String: Int]? = nil
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
    /// - Throws: `ConfigurationError` naming the file, the key, and what was expected.
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
        encoding = try reader.optional("encoding") { try TableDescription($0) }
        guard !modalities.isEmpty else { throw reader.missing("modalities") }
        guard !targets.isEmpty else { throw reader.missing("targets") }
        for split in (splits ?? [:]).keys.sorted() where Split(rawValue: split) == nil {
            throw reader.failure("splits.\(split)", "unknown key, expected one of train, valid, test")
        }
    }

    /// Returns the text of `dataset.json`; equal descriptions give equal text.
    ///
    /// - Throws: `EncodingError` when a number is not finite.
    public func json() throws -> String {
        String(decoding: try JSONFile.encode(self), as: UTF8.self) + "\n"
    }

    /// Writes `dataset.json` atomically.
    ///
    /// - Throws: `FileError` when the file cannot be written; `EncodingError` as ``json()``.
    public func write(to file: String) throws {
        try AtomicFile.write(Array(json().utf8), to: file)
    }
}
