import Multimodal

/// Recognises columns `t0`, `t1`, … of numbers that are the steps of a series.
///
/// Numbered columns alone may also be features in any order, such as `feature0`, `feature1`, ….
/// Steps of a series are told from them by their names, or because neighbours are alike.
struct SeriesGuess {
    /// The columns of all series.
    let columns: Set<String>
    /// The stems of series that have the same number of steps.
    let groups: [[String]]

    private static let leastSteps = 8
    private static let stems: Set<String> = ["t", "time", "step", "frame", "sample"]
    /// The mean correlation of neighbours from which on columns are a series.
    private static let leastCorrelation = 0.4
    private static let mostRows = 2000

    /// Looks at the columns of a table.
    ///
    /// - Parameter others: The columns that are not looked at, such as targets.
    init(_ table: RawTable, _ cells: CellText, except others: Set<String>) {
        var steps: [String: [Int]] = [:]
        var order: [String] = []
        for (index, name) in table.header.enumerated() where !others.contains(name) {
            guard let part = SeriesColumns.stem(of: name) else { continue }
            if steps[part.stem] == nil { order.append(part.stem) }
            steps[part.stem, default: []].append(index)
        }
        let stems = order.filter { stem in
            guard let found = steps[stem], found.count >= Self.leastSteps,
                let series = try? SeriesColumns(TableModality(columns: [], series: [stem]), table)
            else { return false }
            return Self.isSeries(stem, series, table, cells)
        }
        columns = Set(stems.flatMap { stem in (steps[stem] ?? []).map { table.header[$0] } })
        let lengths = Set(stems.map { steps[$0]?.count ?? 0 }).sorted()
        groups = lengths.map { length in stems.filter { steps[$0]?.count == length } }
    }

    private static func isSeries(_ stem: String, _ series: SeriesColumns, _ table: RawTable, _ cells: CellText) -> Bool
    {
        let stride = max(1, table.rows.count / mostRows)
        var rows: [[Double?]] = []
        for row in Swift.stride(from: 0, to: table.rows.count, by: stride) {
            var numbers: [Double?] = []
            for column in series.ordered {
                let text = cells.present(table.rows[row][column])
                let number = text.flatMap(cells.number)
                if text != nil, number == nil { return false }
                numbers.append(number.flatMap { $0.isFinite ? $0 : nil })
            }
            rows.append(numbers)
        }
        let last = stem.lowercased().split { !$0.isLetter }.last.map(String.init) ?? ""
        return stems.contains(last) || neighbourCorrelation(rows) >= leastCorrelation
    }

    /// Returns the mean correlation of columns that follow each other.
    private static func neighbourCorrelation(_ rows: [[Double?]]) -> Double {
        let count = rows.first?.count ?? 0
        guard count > 1 else { return 0 }
        let correlations = (1..<count).map { column in
            let pairs = rows.compactMap { row in
                row[column - 1].flatMap { first in row[column].map { (first, $0) } }
            }
            let size = Double(max(1, pairs.count))
            let (meanA, meanB) = (pairs.reduce(0) { $0 + $1.0 } / size, pairs.reduce(0) { $0 + $1.1 } / size)
            var (ab, aa, bb) = (0.0, 0.0, 0.0)
            for (a, b) in pairs {
                ab += (a - meanA) * (b - meanB)
                aa += (a - meanA) * (a - meanA)
                bb += (b - meanB) * (b - meanB)
            }
            let scale = (aa * bb).squareRoot()
            return scale > 0 && scale.isFinite ? ab / scale : 0
        }
        return correlations.reduce(0, +) / Double(count - 1)
    }
}
