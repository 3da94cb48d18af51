import Numerics
import Torch

/// The rows of a modality that are equal up to rounding, over all splits.
struct EqualRows {
    /// For each row, the first row that equals it, which is itself if there is none.
    let firsts: [Int]
    /// True for rows that have the modality. Those without it equal each other.
    let isPresent: [Bool]

    private static let tolerance = 1e-5
    /// The number of distinct neighbours that a row is compared with.
    private static let compared = 64

    /// Compares the rows of a modality.
    ///
    /// Equal rows have equal projections onto a random direction, so only neighbours in the order
    /// of the projections are compared. Rows without the modality equal each other.
    ///
    /// - Throws: an error that names the tensor when it cannot be read.
    init(of name: String, in dataset: Dataset) throws {
        let splits = Split.allCases.map(dataset.rows(of:))
        var projections: [Double] = []
        var scales: [Double] = []
        // The largest number of each field: fields of a table have units of their own.
        var largest = [Float](repeating: 0, count: dataset.description.modalities[name]?.elements ?? 0)
        var random = SplitMix64(seed: 0x5EED)
        let elements = dataset.description.modalities[name]?.elements ?? 0
        let weights = (0..<elements).map { _ in Double(random.next() >> 11) * 0x1p-52 - 1 }
        for split in splits {
            let presence = try split.presence(of: name)
            try split.withBytes(of: name) { bytes in
                for row in 0..<split.count {
                    var (sum, size) = (presence?[row] == false ? Double.infinity : 0, 0.0)
                    for (index, weight) in weights.enumerated() where sum.isFinite {
                        let offset = (row * elements + index) * 4
                        let value = Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
                        guard value.isFinite else { continue }
                        largest[index] = max(largest[index], Float(abs(value)))
                        sum += weight * value
                        size += abs(value)
                    }
                    projections.append(sum)
                    scales.append(size)
                }
            }
        }
        var starts: [Int] = []
        for split in splits { starts.append((starts.last ?? 0) + split.count) }
        func place(_ row: Int) -> (split: DatasetSplit, row: Int) {
            let index = starts.firstIndex { row < $0 } ?? 0
            return (splits[index], row - (starts[index] - splits[index].count))
        }
        func values(_ row: Int) throws -> [Float] {
            let (split, row) = place(row)
            return try split.withBytes(of: name) { bytes in
                let width = bytes.count / split.count
                return (row * width / 4..<(row + 1) * width / 4).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)
                }
            }
        }
        let order = projections.indices.sorted { (projections[$0], $0) < (projections[$1], $1) }
        var firsts = Array(projections.indices)
        var open: [Int] = []
        for row in order {
            let size = scales[row]
            open.removeAll { projections[row] - projections[$0] > Self.tolerance * max(size, scales[$0]) + 1e-30 }
            var match: Int?
            if projections[row].isInfinite {
                match = open.last { projections[$0].isInfinite }
            } else if !open.isEmpty {
                let own = try values(row)
                match = try open.suffix(Self.compared).first { try Self.isEqual(own, values($0), largest) }
            }
            if let match { firsts[row] = match } else { open.append(row) }
        }
        // The representative of equal rows is the first in the order of the splits.
        var lowest: [Int: Int] = [:]
        for (row, first) in firsts.enumerated() { lowest[first] = min(lowest[first] ?? row, row) }
        self.firsts = firsts.map { lowest[$0] ?? $0 }
        isPresent = projections.map(\.isFinite)
    }

    private static func isEqual(_ first: [Float], _ second: [Float], _ largest: [Float]) -> Bool {
        first.indices.allSatisfy { index in
            abs(first[index] - second[index]) <= Float(tolerance) * largest[index]
                || first[index].isNaN && second[index].isNaN
        }
    }
}

extension DatasetSplit {
    /// Returns for each row whether it has a modality; `nil` if all have it.
    func presence(of modality: String) throws -> [Bool]? {
        let name = TensorNames.present(modality)
        guard file.entries[name] != nil else { return nil }
        return try withBytes(of: name) { flags in (0..<count).map { flags[$0] != 0 } }
    }
}
