import Multimodal

/// Completes a description by the samples of its table, so that later tables are read in the same
/// way.
struct TableFit {
    private(set) var description: TableDescription

    /// Assigns columns to modalities, and completes the targets.
    ///
    /// - Throws: `ReaderError` naming the column that cannot be used.
    init(_ description: TableDescription, _ samples: TableSamples) throws {
        self.description = description
        for name in description.columns.keys.sorted() where description.columns[name]?.role != .ignore {
            _ = try samples.table.column(name)
        }
        nameTargetsAndGroups()
        self.description.modalities = try Self.modalities(of: description, samples.table)
        try TableAnswers.fit(&self.description, samples)
        guard self.description.columns.values.contains(where: \.role.isTarget) else {
            throw ReaderError(
                file: samples.table.file,
                reason: "no target; name the column to predict with --target, one of "
                    + samples.table.header.prefix(30).joined(separator: ", "))
        }
        guard !self.description.modalities.isEmpty else {
            throw ReaderError(
                file: samples.table.file,
                reason: "no column that a model can read beside the targets; see the roles of columns")
        }
    }

    /// Gives targets and groups whose columns have other characters a name for tensors.
    private mutating func nameTargetsAndGroups() {
        for isWanted in [{ (role: ColumnRole) in role.isTarget }, { (role: ColumnRole) in role == .group }] {
            var names: Set<String> = []
            func isPlain(_ column: String) -> Bool { NameOrder.unused(column, among: []) == column }
            // A column whose name can stay keeps it.
            let columns = description.columns.keys.sorted()
            for column in columns.filter(isPlain) + columns.filter({ !isPlain($0) }) {
                guard let role = description.columns[column]?.role, isWanted(role) else { continue }
                let name = NameOrder.unused(description.columns[column]?.name ?? column, among: names)
                names.insert(name)
                if name != column { description.columns[column]?.name = name }
            }
        }
    }

    /// Returns the stated modalities, and those of columns that no modality names.
    private static func modalities(
        of description: TableDescription, _ table: RawTable
    ) throws -> [String: TableModality] {
        var result = description.modalities
        var taken = Set(result.values.flatMap(\.columns))
        for stem in result.values.flatMap({ $0.series ?? [] }) {
            taken.formUnion(table.header.filter { SeriesColumns.stem(of: $0)?.stem == stem })
        }
        let together: [ColumnRole: String] = [.number: "numbers", .category: "categories", .value: "series"]
        var joined: [ColumnRole: [String]] = [:]
        for name in table.header {
            guard let column = description.columns[name], column.role.isInput, !taken.contains(name) else { continue }
            if together[column.role] != nil, column.name == nil {
                joined[column.role, default: []].append(name)
            } else {
                let modality = NameOrder.unused(column.name ?? name, among: result.keys)
                result[modality] = TableModality(columns: [name])
                if column.role == .observations { result[modality]?.view = Observations.defaultView }
            }
        }
        for (role, columns) in joined.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            result[NameOrder.unused(together[role] ?? "", among: result.keys)] = TableModality(columns: columns)
        }
        return result
    }

    /// Completes the modalities.
    ///
    /// - Parameters:
    ///   - kept: The samples of the dataset, which decide on sizes.
    ///   - training: The training samples, which decide on categories and statistics.
    /// - Throws: `ReaderError` naming line and column, or the file, that cannot be read.
    mutating func complete(_ samples: TableSamples, kept: [Int], training: [Int]) throws {
        for name in description.modalities.keys.sorted() {
            guard var modality = description.modalities[name] else { continue }
            for columnName in modality.columns {
                guard var column = description.columns[columnName] else { continue }
                let index = try samples.table.input(columnName)
                switch column.role {
                case .number: try NumberFields.fit(&column, index, samples, kept: kept, training: training)
                case .category: CategoryFields.fit(&column, index, samples, training: training)
                case .text: TextTokens.fit(&column, index, samples, kept: kept)
                case .image: try ImagePatches.fit(&column, index, samples, kept: kept)
                case .video: try VideoFrames.fit(&column, index, samples, kept: kept)
                case .sound: try SoundTokens.fit(&column, index, samples, kept: kept)
                case .array: try ArrayValues.fit(&column, index, samples, kept: kept, training: training)
                case .observations:
                    let views = description.modalities.values.filter { $0.columns == [columnName] }.compactMap(\.view)
                    try Observations.fit(&column, index, samples, kept: kept, training: training, views: views)
                default: break
                }
                description.columns[columnName] = column
            }
            let isSeries = modality.series != nil || description.columns[modality.columns[0]]?.role == .value
            if isSeries { try SeriesSteps.fit(&modality, samples, kept: kept, training: training) }
            try setLayout(&modality, name, samples, kept: kept)
            description.modalities[name] = modality
        }
    }

    /// Decides whether a modality needs a mask, and whether samples may lack it.
    private func setLayout(
        _ modality: inout TableModality, _ name: String, _ samples: TableSamples, kept: [Int]
    ) throws {
        let role = modality.columns.first.flatMap { description.columns[$0]?.role }
        if let role, role.isFile && role != .array || role == .text {
            let index = try samples.table.input(modality.columns[0])
            modality.optional = kept.contains { sample in
                guard let text = samples.text(sample, index) else { return true }
                return role == .text && HashedSubwords.words(of: text).isEmpty
            }
            modality.masked = role != .image && modality.view != .grid
            return
        }
        let encoder = try description.encoder(of: name, modality, samples.table)
        var tally = TableTally()
        (modality.optional, modality.masked) = (false, false)
        for sample in kept {
            let encoded = try encoder.encoded(sample, of: samples, tally: &tally)
            if encoded == nil { modality.optional = true }
            if encoded?.valid != nil { modality.masked = true }
            // Arrays always have masks, since later ones may be shorter.
            if role == .array, encoded == nil { break }
        }
        if role == .array { modality.masked = true }
    }
}
