import Foundation

@testable import Heterogeneity

/// Returns the URL of a file in the folder Fixtures.
func fixture(_ path: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(path)")
}

/// Returns a matrix with the given rows and the names a, b, c, ….
func matrix(_ rows: [[Double]]) throws -> HeterogeneityMatrix {
    try HeterogeneityMatrix(names: names(rows.count), values: SquareMatrix(rows: rows))
}

/// Returns the names a, b, c, ….
func names(_ count: Int) -> [String] {
    (0..<count).map { $0 < 26 ? String(UnicodeScalar(UInt8(97 + $0))) : "n\($0)" }
}

/// Returns a symmetric matrix with the given distance of each pair.
func matrix(count: Int, _ value: (EntryPair) -> Double) throws -> HeterogeneityMatrix {
    var values = SquareMatrix(count: count, repeating: 0.0)
    for pair in EntryPair.all(of: count) {
        let distance = value(pair)
        (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
    }
    return try HeterogeneityMatrix(names: names(count), values: values)
}
