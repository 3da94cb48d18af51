import Multimodal
import Numerics

/// A table that is read, checked and divided, before anything is written.
struct TablePlan {
    let samples: TableSamples
    /// The completed description.
    let description: TableDescription
    /// The samples of the dataset.
    let kept: [Int]
    let splits: TableSplits
    let strata: TableStrata
    /// Counts of the columns and samples that are left out.
    let tally: TableTally

    /// Reads, checks and divides a table.
    ///
    /// - Throws: `ReaderError` naming line and column, or the file, that cannot be read;
    ///   `ConfigurationError` for a description that does not suit the table.
    init(_ table: RawTable, _ description: TableDescription, unused: [String]) throws {
        var tally = TableTally()
        for name in unused { tally.add(.unused, name) }
        samples = try TableSamples(table, description)
        var fit = try TableFit(description, samples)
        for (name, column) in fit.description.columns {
            guard let other = column.name, column.role.isTarget || column.role == .group,
                description.columns[name]?.name != other
            else { continue }
            tally.add(.renamed, "'\(name.prefix(60))' is \(other)")
        }
        kept = try Self.keptSamples(samples, fit.description, tally: &tally)
        let files = fit.description.columns.filter { $0.value.role.isFile }.sorted { $0.key < $1.key }
        let folders = try files.filter { $0.value.role == .video }.map { try table.column($0.key) }
        try CellPath.check(files.map { try table.column($0.key) }, folders: Set(folders), samples, kept: kept)
        try Self.countRepeatedIDs(samples, description, kept: kept, tally: &tally)
        strata = try TableStrata(kept, of: samples, fit.description)
        splits = try Self.splits(kept, samples, strata, description)
        try splits.check(table, groups: strata.groups.map { Set($0).count })
        try fit.complete(samples, kept: kept, training: splits.rows[.train] ?? [])
        for name in Self.coarseColumns(samples, fit.description, kept: kept) { tally.add(.coarse, name) }
        self.description = fit.description
        self.tally = tally
    }

    /// Returns the columns of numbers whose differences single precision cannot keep: times since
    /// 1970, or identifiers.
    private static func coarseColumns(
        _ samples: TableSamples, _ description: TableDescription, kept: [Int]
    ) -> [String] {
        description.columns.filter { $0.value.role == .number || $0.value.role == .regression }.keys.sorted().filter {
            guard let column = try? samples.table.column($0) else { return false }
            let numbers = kept.compactMap { samples.text($0, column).flatMap(samples.cells.number) }.filter(\.isFinite)
            guard let least = numbers.min(), let greatest = numbers.max(), greatest > least else { return false }
            let magnitude = Float(max(abs(least), abs(greatest)))
            let deviation = Measurements(numbers).standardError * Double(numbers.count).squareRoot()
            return magnitude.isFinite && Double(magnitude.ulp) > deviation / 100
        }
    }

    /// Counts the samples whose id another sample before them has.
    private static func countRepeatedIDs(
        _ samples: TableSamples, _ description: TableDescription, kept: [Int], tally: inout TableTally
    ) throws {
        guard let name = description.columns.filter({ $0.value.role == .id }).keys.min() else { return }
        let column = try samples.table.column(name)
        let ids = kept.compactMap { samples.text($0, column) }
        if Set(ids).count < ids.count { tally.add(.repeatedID, name, ids.count - Set(ids).count) }
    }

    /// Returns the samples with a target and an input; the others are counted.
    private static func keptSamples(
        _ samples: TableSamples, _ description: TableDescription, tally: inout TableTally
    ) throws -> [Int] {
        let table = samples.table
        let targets = try description.columns.filter { $0.value.role.isTarget }.keys.map(table.column)
        var inputs = try description.modalities.values.flatMap(\.columns).map(table.column)
        for stem in description.modalities.values.flatMap({ $0.series ?? [] }) {
            inputs += table.header.indices.filter { SeriesColumns.stem(of: table.header[$0])?.stem == stem }
        }
        let numbers = try Set(description.columns.filter { $0.value.role == .number }.keys.map(table.column))
        var kept: [Int] = []
        for column in targets {
            for (text, count) in samples.namedMissing(column) {
                tally.add(.namedMissing, "\(table.header[column]) '\(text.prefix(40))'", count)
            }
        }
        for sample in 0..<samples.count {
            if !targets.contains(where: { samples.text(sample, $0) != nil }) {
                tally.add(.withoutTarget, "table")
            } else if !inputs.contains(where: { samples.hasValue(sample, $0, isNumber: numbers.contains($0)) }) {
                tally.add(.withoutInput, "table")
            } else {
                kept.append(sample)
            }
        }
        return kept
    }

    private static func splits(
        _ kept: [Int], _ samples: TableSamples, _ strata: TableStrata, _ description: TableDescription
    ) throws -> TableSplits {
        let shares = description.splits ?? TableShares()
        guard let name = description.columns.filter({ $0.value.role == .split }).keys.min() else {
            return TableSplits(kept, strata: strata.strata, groups: strata.groups, shares: shares)
        }
        return try TableSplits(
            kept, column: samples.table.column(name), of: samples, strata: strata.strata, groups: strata.groups,
            shares: shares)
    }
}
