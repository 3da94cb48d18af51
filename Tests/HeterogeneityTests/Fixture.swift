import Foundation

@testable import Heterogeneity

/// A file in a folder of Fixtures.
func fixture(_ path: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(path)")
}

/// A matrix from rows, with names a, b, c, …
func matrix(_ rows: [[Double]]) throws -> HeterogeneityMatrix {
    try HeterogeneityMatrix(names: names(rows.count), values: SquareMatrix(rows: rows))
}

/// a, b, c, …
func names(_ count: Int) -> [String] {
    (0..<count).map { $0 < 26 ? String(UnicodeScalar(UInt8(97 + $0))) : "n\($0)" }
}

/// A symmetric matrix with these values at its pairs.
func matrix(count: Int, _ value: (EntryPair) -> Double) throws -> HeterogeneityMatrix {
    var values = SquareMatrix(count: count, repeating: 0.0)
    for pair in EntryPair.all(of: count) {
        let distance = value(pair)
        (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
    }
    return try HeterogeneityMatrix(names: names(count), values: values)
}
