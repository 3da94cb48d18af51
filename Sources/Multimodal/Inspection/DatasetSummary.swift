import Torch

/// What is in a dataset, in numbers: for people to look at before they train, and for reports.
public struct DatasetSummary: Codable, Hashable, Sendable {
    /// One modality.
    public struct Modality: Codable, Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What kind of signal it is.
        public let kind: ModalityKind
        /// Sizes of the axes along which tokens lie.
        public let axes: [Int]
        /// Tokens of one row.
        public let tokens: Int
        /// Numbers per token.
        public let channels: Int
        /// What the numbers are.
        public let description: String?
        /// Each split by its name.
        public let splits: [String: Values]
        /// The training rows at a glance; absent where none of them has a valid number.
        public let sketch: Sketch?
    }

    /// The numbers of a modality in one split; tokens that are not valid do not count.
    public struct Values: Codable, Hashable, Sendable {
        /// Share of rows that lack the modality.
        public let missingRows: Double
        /// Share of tokens that are not valid, among rows that have the modality.
        public let maskedTokens: Double
        /// Share of rows with a token that is not valid, among rows that have the modality.
        public let maskedRows: Double
        /// Smallest number; absent where there is none.
        public let minimum: Double?
        /// Largest number; absent where there is none.
        public let maximum: Double?
        /// Mean.
        public let mean: Double?
        /// Standard deviation.
        public let deviation: Double?
    }

    /// One target.
    public struct Target: Codable, Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What is predicted.
        public let kind: TargetKind
        /// Names of the classes; empty for regression.
        public let classes: [String]
        /// Rows of each class (or with each label), by the name of the split; empty for regression.
        public let counts: [String: [Int]]
        /// Mean and deviation of each number to predict, in the training rows; empty for classes.
        public let mean: [Double]
        /// See `mean`.
        public let deviation: [Double]
        /// The training rows' numbers, a histogram for each of the first eight that are to be predicted; empty for classes.
        public let histograms: [Sketch]
        /// Score on the test rows of always predicting what is most frequent in training: accuracy for classes (for several
        /// labels, over all labels), R² = 0 for regression.
        public let chance: Double
    }

    /// Rows of one split whose inputs are the same, bit by bit, as those of a row of an earlier split.
    public struct Repetition: Codable, Hashable, Sendable {
        /// The split.
        public let split: Split
        /// The earlier split.
        public let earlier: Split
        /// Number of rows that are repeated.
        public let rows: Int
    }

    /// What rows have in common, such as the person recorded.
    public struct Group: Codable, Hashable, Sendable {
        /// Members that are in two splits.
        public struct Overlap: Codable, Hashable, Sendable {
            /// The split.
            public let split: Split
            /// The earlier split.
            public let earlier: Split
            /// Number of members that both have.
            public let members: Int
        }

        /// Its name.
        public let name: String
        /// What its numbers stand for.
        public let description: String?
        /// Whether the dataset promises that no member is in two splits.
        public let disjoint: Bool
        /// Different members of each split by its name.
        public let members: [String: Int]
        /// Different members of all splits together.
        public let total: Int
        /// Members in two splits, for each pair of splits that has any.
        public let overlaps: [Overlap]
    }

    /// Short name of the dataset.
    public let name: String
    /// Where it lies.
    public let folder: String
    /// Where the data come from.
    public let source: String?
    /// Under which terms they may be used.
    public let licence: String?
    /// How to cite them.
    public let citation: String?
    /// Rows of each split by its name.
    public let rows: [String: Int]
    /// Modalities by sorted names.
    public let modalities: [Modality]
    /// Targets by sorted names.
    public let targets: [Target]
    /// What rows have in common, by sorted names.
    public let groups: [Group]
    /// Rows that are in two splits; empty in a sound dataset.
    public let repetitions: [Repetition]

    /// Reads all of a dataset once and sums it up.
    ///
    /// - Throws: what reading its files throws. Numbers that are not finite count as not valid here; `Dataset.validate()`
    ///   finds them.
    public init(_ dataset: Dataset) throws {
        let description = dataset.description
        name = description.name
        folder = dataset.folder
        source = description.source
        licence = description.licence
        citation = description.citation
        rows = Split.allCases.reduce(into: [:]) { $0[$1.rawValue] = dataset.rows(of: $1).count }
        modalities = try description.modalities.sorted { $0.key < $1.key }.map { name, modality in
            let rows = try Split.allCases.map { try ModalityRows(of: name, modality, in: dataset.rows(of: $0)) }
            let values = try rows.map(ModalityScan.values)
            return Modality(
                name: name,
                kind: modality.kind,
                axes: modality.axes,
                tokens: modality.tokens,
                channels: modality.channels,
                description: modality.description,
                splits: zip(Split.allCases, values).reduce(into: [:]) { $0[$1.0.rawValue] = $1.1 },
                sketch: try SketchScan(rows: rows[0], values: values[0]).sketch
            )
        }
        targets = try description.targets.sorted { $0.key < $1.key }.map { name, target in
            try TargetScan(name: name, target: target, dataset: dataset).summary
        }
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
