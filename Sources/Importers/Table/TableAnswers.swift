import Multimodal

/// The targets of a raw table.
struct TableAnswers {
    /// One target with its column.
    private struct Answer {
        let name: String
        let column: Int
        let role: ColumnRole
        let places: [String: Int]
        let separator: String
    }

    /// The limit of classes or labels of a target.
    private static let limit = 10_000
    /// Whole numbers with more different values than this are not classes, unless it is said.
    private static let mostNumberedClasses = 20

    /// The targets in the dataset.
    let descriptions: [String: TargetDescription]
    private let answers: [Answer]

    /// Creates the targets of a completed description.
    ///
    /// - Throws: `ReaderError` that names a column that the table lacks.
    init(_ description: TableDescription, _ table: RawTable) throws {
        var answers: [Answer] = []
        var descriptions: [String: TargetDescription] = [:]
        for (columnName, column) in description.columns.sorted(by: { $0.key < $1.key }) where column.role.isTarget {
            let name = column.name ?? columnName
            let categories = column.categories ?? []
            answers.append(
                Answer(
                    name: name, column: try table.column(columnName), role: column.role,
                    places: Dictionary(categories.enumerated().map { ($1, $0) }) { first, _ in first },
                    separator: column.separator ?? ";"))
            switch column.role {
            case .regression:
                let unit = column.unit.map { " in \($0)" } ?? ""
                descriptions[name] = .regression(description: "column \(columnName)\(unit)")
            case .labels: descriptions[name] = .multilabel(categories, description: "column \(columnName)")
            default: descriptions[name] = .classification(categories, description: "column \(columnName)")
            }
        }
        self.answers = answers
        self.descriptions = descriptions
    }

    /// Returns the targets of a sample; those that are missing have no entry.
    ///
    /// - Throws: `ReaderError` naming line and column for a number, class or label that is unknown.
    func values(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> [String: [Double]] {
        try answers.reduce(into: [:]) { values, answer in
            guard let text = samples.text(sample, answer.column) else { return }
            switch answer.role {
            case .regression:
                values[answer.name] = try samples.number(sample, answer.column, tally: &tally).map { [$0] }
            case .labels:
                var flags = [Double](repeating: 0, count: answer.places.count)
                for label in Self.labels(text, answer.separator) {
                    guard let place = answer.places[label] else { throw unknown(label, sample, answer, samples) }
                    flags[place] = 1
                }
                values[answer.name] = flags
            default:
                guard let place = answer.places[CellText.name(text)] else {
                    throw unknown(text, sample, answer, samples)
                }
                values[answer.name] = [Double(place)]
            }
        }
    }

    /// Returns the targets that some samples lack.
    ///
    /// - Throws: As ``values(_:of:tally:)``.
    func lacking(_ kept: [Int], of samples: TableSamples) throws -> Set<String> {
        var lacking: Set<String> = []
        var tally = TableTally()
        for sample in kept where lacking.count < answers.count {
            let values = try values(sample, of: samples, tally: &tally)
            for answer in answers where values[answer.name] == nil { lacking.insert(answer.name) }
        }
        return lacking
    }

    private func unknown(_ name: String, _ sample: Int, _ answer: Answer, _ samples: TableSamples) -> ReaderError {
        samples.failure(
            sample, answer.column,
            "'\(name.prefix(40))' is not one of the stated categories"
                + ClosestName.hint(for: name, among: Array(answer.places.keys.sorted().prefix(30))))
    }

    private static func labels(_ text: String, _ separator: String) -> [String] {
        text.split(separator: separator).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Completes the targets of a description: their kind, and their classes or labels.
    ///
    /// - Throws: `ReaderError` naming the column of a target with a single value or none, or with a
    ///   text in place of a number.
    static func fit(_ description: inout TableDescription, _ samples: TableSamples) throws {
        for (name, column) in description.columns.sorted(by: { $0.key < $1.key }) where column.role.isTarget {
            let index = try samples.table.column(name)
            var column = column
            let texts = (0..<samples.count).compactMap { samples.text($0, index) }
            let separator = column.separator ?? ";"
            let names =
                column.role == .labels
                ? Set(texts.flatMap { labels($0, separator) }) : Set(texts.map(CellText.name))
            if column.role == .target {
                column.role = isRegression(names, samples.cells) ? .regression : .classification
            }
            guard names.count > 1 || column.role == .labels && names.count == 1 else {
                throw ReaderError(
                    file: samples.table.file,
                    reason:
                        "target '\(name)' has \(names.first.map { "the single value '\($0.prefix(40))'" } ?? "no values")"
                        + missingWords(samples, index) + ", expected at least two different ones")
            }
            if column.role == .classification, description.columns[name]?.role == .target {
                try checkClasses(texts, of: index, samples)
            }
            if column.role != .regression, column.categories == nil {
                guard names.count <= limit else {
                    throw ReaderError(
                        file: samples.table.file,
                        reason: "target '\(name)' has \(names.count) classes, expected at most \(limit)")
                }
                column.categories = NameOrder.sorted(names)
            }
            description.columns[name] = column
        }
    }

    /// Returns how many cells are read as missing although they are not empty.
    private static func missingWords(_ samples: TableSamples, _ column: Int) -> String {
        let named = samples.namedMissing(column).sorted { $0.key < $1.key }.map { "\($0.value) '\($0.key.prefix(40))'" }
        return named.isEmpty ? "" : " beside \(named.joined(separator: " and ")), which are read as missing"
    }

    /// Checks that a target whose kind is guessed has classes, and not numbers with a slip or a
    /// name for every row.
    private static func checkClasses(_ texts: [String], of column: Int, _ samples: TableSamples) throws {
        let distinct = Set(texts)
        guard distinct.count > mostNumberedClasses else { return }
        let odd = (0..<samples.count).first { sample in
            samples.text(sample, column).map { samples.cells.number($0) == nil } ?? false
        }
        if let sample = odd, ColumnGuess.areMostlyNumbers(distinct, samples.cells) {
            throw samples.failure(
                sample, column,
                "'\((samples.text(sample, column) ?? "").prefix(40))' is no number, as nearly all other cells "
                    + "are; if it stands for a missing one, list it under missing; if these are classes, give the column the "
                    + "role classification")
        }
        let counts = texts.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        guard counts.values.count(where: { $0 == 1 }) * 2 <= texts.count else {
            throw ReaderError(
                file: samples.table.file,
                reason: "target '\(samples.table.header[column].prefix(60))' has \(counts.count) different names in "
                    + "\(texts.count) rows, most of them once, expected classes that recur; to keep them as they are, give "
                    + "the column the role classification")
        }
    }

    /// True when the answers are numbers, and not the numbers of a few classes.
    private static func isRegression(_ names: Set<String>, _ cells: CellText) -> Bool {
        let numbers = names.compactMap { cells.number($0) }
        guard numbers.count == names.count else { return false }
        return numbers.count > mostNumberedClasses || numbers.contains { $0 != $0.rounded() }
    }
}
