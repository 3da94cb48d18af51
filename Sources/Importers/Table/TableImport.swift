import Files
import Foundation
import Multimodal

/// Turns a raw table into a dataset: one row per sample, with numbers, categories, text and paths
/// of files.
public struct TableImport {
    /// The outcome of an import.
    public struct Outcome {
        /// The dataset.
        public let dataset: Dataset
        /// Counts of what was missing, cut, converted or left out.
        public let tally: TableTally
    }

    /// The name that `dataset.json` states as the recipe.
    static let recipe = "table 1"

    /// The description that was read, or guessed from the cells.
    public let description: TableDescription
    /// True when the description was guessed.
    public let isGuessed: Bool
    let table: RawTable

    /// Reads a table, or a description in YAML that names one.
    ///
    /// - Parameters:
    ///   - file: The path of the table or the description.
    ///   - targets: The columns to predict, beside those that a description names.
    /// - Throws: `FileError`; `ReaderError` naming line and column; `ConfigurationError` naming the
    ///   key of the description.
    public init(file: String, targets: [String] = []) throws {
        let ending = (file as NSString).pathExtension.lowercased()
        if ["yaml", "yml"].contains(ending) {
            var description = try TableDescription(file: file)
            guard let name = description.file else {
                throw ConfigurationError(file: file, key: "file", reason: "missing, expected the path of the table")
            }
            let folder = Folder.parent(of: file)
            let path = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
            table = try RawTable(path: path, delimiter: description.delimiter?.first)
            for target in targets {
                _ = try table.column(target)
                if description.columns[target]?.role.isTarget != true {
                    description.columns[target] = TableColumn(.target)
                }
            }
            description.name = description.name ?? Self.name(of: file)
            self.description = description
            isGuessed = false
        } else {
            table = try RawTable(path: file)
            description = try TableGuess(table, targets: targets, name: Self.name(of: file)).description
            isGuessed = true
        }
    }

    /// The columns that have no role, or the role ignore.
    var unusedColumns: [String] {
        let stems = Set(description.modalities.values.flatMap { $0.series ?? [] })
        return table.header.filter { name in
            if let role = description.columns[name]?.role { return role == .ignore }
            return SeriesColumns.stem(of: name).map { !stems.contains($0.stem) } ?? true
        }
    }

    /// The description as YAML for people to edit.
    public var text: String {
        description.text(file: (table.file as NSString).lastPathComponent, order: table.header)
    }

    private static func name(of file: String) -> String {
        NameOrder.unused(((file as NSString).lastPathComponent as NSString).deletingPathExtension, among: [])
    }

    /// Writes the dataset. The same table and description give the same bytes.
    ///
    /// - Parameters:
    ///   - folder: The path of the dataset. A dataset that a table import made there is replaced.
    ///   - replaces: True to replace a dataset of another origin as well.
    ///   - progress: Called with the progress of the work.
    /// - Throws: `ReaderError` naming line and column, or the file, that cannot be read;
    ///   `ConfigurationError` for a description that does not suit the table; `FileError` or
    ///   `DatasetError` from writing. No partial output is left behind.
    public func run(
        to folder: String, replaces: Bool = false, progress: @escaping (RecipeProgress) -> Void = { _ in }
    ) throws -> Outcome {
        if !replaces { try Recipe.checkOrigin(of: folder, recipe: "table") }
        progress(RecipeProgress(stage: "columns", done: 0, total: 1))
        return try write(TablePlan(table, description, unused: unusedColumns), to: folder, progress: progress)
    }

    /// Returns the groups. A column that states the splits may have members of a group in several
    /// of them, which is counted.
    private func groups(
        _ strata: TableStrata, _ splits: TableSplits, kept: [Int], tally: inout TableTally
    ) -> [String: GroupDescription]? {
        let places = Dictionary(kept.enumerated().map { ($1, $0) }) { first, _ in first }
        var result: [String: GroupDescription] = [:]
        for (name, numbers) in strata.members {
            var first: [Int: Split] = [:]
            var shared: Set<Int> = []
            for (split, samples) in splits.rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                for sample in samples {
                    let member = numbers[places[sample] ?? 0]
                    if let other = first[member], other != split { shared.insert(member) }
                    first[member] = split
                }
            }
            if !shared.isEmpty { tally.add(.sharedGroup, name, shared.count) }
            result[name] = GroupDescription(
                description: "column \(name)", disjoint: shared.isEmpty, members: strata.names[name])
        }
        return result.isEmpty ? nil : result
    }

    private func write(
        _ plan: TablePlan, to folder: String, progress: @escaping (RecipeProgress) -> Void
    ) throws -> Outcome {
        let (description, samples, kept) = (plan.description, plan.samples, plan.kept)
        let (splits, strata) = (plan.splits, plan.strata)
        let answers = try TableAnswers(description, table)
        var encoded = try EncodedTable(samples, description)
        encoded.tally = plan.tally
        var dataset = DatasetDescription(
            name: description.name ?? "table", source: description.source, licence: description.licence,
            citation: description.citation, modalities: encoded.modalities, targets: answers.descriptions,
            groups: groups(strata, splits, kept: kept, tally: &encoded.tally))
        dataset.recipe = Self.recipe
        dataset.encoding = Self.encoding(description, table)
        let places = Dictionary(kept.enumerated().map { ($1, $0) }) { first, _ in first }
        let lacking = try answers.lacking(kept, of: samples)
        let layouts = description.modalities.mapValues {
            DatasetWriter.Layout(isMasked: $0.masked ?? false, isOptional: $0.optional ?? false)
        }
        let writer = DatasetWriter(
            dataset, layouts: layouts, optionalTargets: lacking, rows: splits.counts, folder: folder)
        var done = 0
        let written = try writer.write { split, row in
            if done % 100 == 0 { progress(RecipeProgress(stage: "rows", done: done, total: kept.count)) }
            done += 1
            let index = splits.rows[split]?[row] ?? 0
            var sample = try encoded.sample(index)
            sample.targets = try answers.values(index, of: samples, tally: &encoded.tally)
            for name in lacking where sample.targets[name] == nil { encoded.tally.add(.unlabelled, name) }
            sample.groups = strata.members.mapValues { $0[places[index] ?? 0] }
            return sample
        }
        progress(RecipeProgress(stage: "rows", done: kept.count, total: kept.count))
        return Outcome(dataset: written, tally: encoded.tally)
    }

    /// Returns what later tables need: neither the place of this table nor its splits.
    static func encoding(_ description: TableDescription, _ table: RawTable) -> TableDescription {
        var encoding = description
        encoding.file = nil
        encoding.splits = nil
        (encoding.name, encoding.source, encoding.licence, encoding.citation) = (nil, nil, nil, nil)
        encoding.delimiter = table.delimiter.map(String.init)
        encoding.columns = description.columns.filter { $0.value.role != .ignore && $0.value.role != .split }
        return encoding
    }
}
