import Torch

/// A numeric summary of a dataset, to inspect before training and to show in reports.
public struct DatasetSummary: Codable, Hashable, Sendable {
    /// The summary of one modality.
    public struct Modality: Codable, Hashable, Sendable {
        /// The name of the modality.
        public let name: String
        /// The kind of signal.
        public let kind: ModalityKind
        /// The sizes of the token axes.
        public let axes: [Int]
        /// The number of tokens per row.
        public let tokens: Int
        /// The number of values per token.
        public let channels: Int
        /// The meaning of the values.
        public let description: String?
        /// The values of each split by its name.
        public let splits: [String: Values]
        /// A sketch of the training rows; `nil` if none of them has a valid value.
        public let sketch: Sketch?
    }

    /// The values of a modality in one split, without invalid tokens.
    public struct Values: Codable, Hashable, Sendable {
        /// The fraction of rows without the modality.
        public let missingRows: Double
        /// The fraction of invalid tokens among rows with the modality.
        public let maskedTokens: Double
        /// The fraction of rows with an invalid token among rows with the modality.
        public let maskedRows: Double
        /// The smallest value; `nil` if there are no values.
        public let minimum: Double?
        /// The largest value; `nil` if there are no values.
        public let maximum: Double?
        /// The mean; `nil` if there are no values.
        public let mean: Double?
        /// The standard deviation; `nil` if there are no values.
        public let deviation: Double?
    }

    /// The summary of one target.
    public struct Target: Codable, Hashable, Sendable {
        /// The name of the target.
        public let name: String
        /// The kind of the target.
        public let kind: TargetKind
        /// The names of the classes or labels; empty for regression.
        public let classes: [String]
        /// The number of rows with each class or label, by the name of the split; empty for
        /// regression.
        public let counts: [String: [Int]]
        /// The mean of each regression value in the training rows; empty for classes.
        public let mean: [Double]
        /// The standard deviation of each regression value in the training rows; empty for classes.
        public let deviation: [Double]
        /// Histograms of the first eight regression values in the training rows; empty for classes.
        public let histograms: [Sketch]
        /// The test score of the most frequent prediction in training: accuracy for classes,
        /// accuracy over all labels for multilabel targets, R² = 0 for regression.
        public let chance: Double
    }

    /// Rows of a split whose inputs equal those of an earlier row, of the same split or an earlier
    /// one. Differences below a hundred-thousandth of the largest value of a field do not count.
    public struct Repetition: Codable, Hashable, Sendable {
        /// The modality that is repeated; `nil` if all modalities of the row are.
        public let modality: String?
        /// The split of the repeated rows.
        public let split: Split
        /// The split of the earlier rows.
        public let earlier: Split
        /// The number of repeated rows.
        public let rows: Int

        /// Creates a count of repeated rows.
        public init(modality: String? = nil, split: Split, earlier: Split, rows: Int) {
            self.modality = modality
            self.split = split
            self.earlier = earlier
            self.rows = rows
        }
    }

    /// The summary of one group, such as the persons recorded.
    public struct Group: Codable, Hashable, Sendable {
        /// Members that occur in two splits.
        public struct Overlap: Codable, Hashable, Sendable {
            /// The later split.
            public let split: Split
            /// The earlier split.
            public let earlier: Split
            /// The number of common members.
            public let members: Int
        }

        /// The name of the group.
        public let name: String
        /// The meaning of the member numbers.
        public let description: String?
        /// True when the dataset declares that no member occurs in two splits.
        public let disjoint: Bool
        /// The number of distinct members per split name.
        public let members: [String: Int]
        /// The number of distinct members in all splits together.
        public let total: Int
        /// The overlaps between splits, one for each pair of splits with common members.
        public let overlaps: [Overlap]
    }

    /// The short name of the dataset.
    public let name: String
    /// The path of the dataset.
    public let folder: String
    /// The origin of the data.
    public let source: String?
    /// The licence of the data.
    public let licence: String?
    /// The reference to cite.
    public let citation: String?
    /// The number of rows per split name.
    public let rows: [String: Int]
    /// The modalities, sorted by name.
    public let modalities: [Modality]
    /// The targets, sorted by name.
    public let targets: [Target]
    /// The groups, sorted by name.
    public let groups: [Group]
    /// Rows that occur twice; empty for a sound dataset.
    public let repetitions: [Repetition]
    /// Properties that often explain a poor or too good score: constant inputs, outliers, unused
    /// classes and imbalance.
    public let findings: [DatasetFinding]

    /// Summarises a dataset in one pass over its files.
    ///
    /// Values that are not finite are ignored; ``Dataset/validate(targets:)`` reports them.
    ///
    /// - Throws: `SafetensorsError` when a tensor cannot be read.
    public init(_ dataset: Dataset) throws {
        let description = dataset.description
        name = description.name
        folder = dataset.folder
        source = description.source
        licence = description.licence
        citation = description.citation
        rows = Split.allCases.reduce(into: [:]) { $0[$1.rawValue] = dataset.rows(of: $1).count }
        var findings: [DatasetFinding] = []
        modalities = try description.modalities.sorted { $0.key < $1.key }.map { name, modality in
            let rows = try Split.allCases.map { try ModalityRows(of: name, modality, in: dataset.rows(of: $0)) }
            let values = try rows.map(ModalityScan.values)
            findings += try ValueFindings.findings(of: name, rows[0])
            return Modality(
                name: name, kind: modality.kind, axes: modality.axes, tokens: modality.tokens,
                channels: modality.channels, description: modality.description,
                splits: zip(Split.allCases, values).reduce(into: [:]) { $0[$1.0.rawValue] = $1.1 },
                sketch: try SketchScan(rows: rows[0], values: values[0]).sketch)
        }
        targets = try description.targets.sorted { $0.key < $1.key }.map { name, target in
            let scan = TargetScan(name: name, target: target, dataset: dataset)
            let summary = try scan.summary
            findings += try scan.findings(summary)
            return summary
        }
        self.findings = findings
        groups = try (description.groups ?? [:]).sorted { $0.key < $1.key }.map { name, group in
            let members = try Split.allCases.map { try Set(dataset.rows(of: $0).members(of: name)) }
            return Group(
                name: name,
                description: group.description,
                disjoint: group.disjoint,
                members: zip(Split.allCases, members).reduce(into: [:]) { $0[$1.0.rawValue] = $1.1.count },
                total: members.reduce(into: Set()) { $0.formUnion($1) }.count,
                overlaps: try GroupOverlap.all(of: name, in: dataset).map {
                    Group.Overlap(split: $0.split, earlier: $0.earlier, members: $0.members.count)
                }
            )
        }
        repetitions = try RepetitionScan.repetitions(in: dataset)
    }
}
