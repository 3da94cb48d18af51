import Torch

/// Finds rows whose inputs occur in two splits, by 128-bit hashes of their bytes.
enum RepetitionScan {
    private struct Hash: Hashable {
        // Two FNV-1a hashes over 64-bit words with different offsets and factors.
        var first: UInt64 = 0xCBF2_9CE4_8422_2325
        var second: UInt64 = 0x9E37_79B9_7F4A_7C15

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            var offset = 0
            while offset + 8 <= bytes.count {
                add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            while offset < bytes.count {
                add(UInt64(bytes[offset]))
                offset += 1
            }
        }

        private mutating func add(_ word: UInt64) {
            first = (first ^ word) &* 0x0000_0100_0000_01B3
            first ^= first >> 29
            second = (second ^ word) &* 0xD6E8_FEB8_6659_FD93
            second ^= second >> 32
        }
    }

    static func repetitions(in dataset: Dataset) throws -> [DatasetSummary.Repetition] {
        let hashes = try Split.allCases.map { (split: $0, rows: try rows(of: dataset.rows(of: $0))) }
        var result: [DatasetSummary.Repetition] = []
        for later in hashes.indices {
            for earlier in 0..<later {
                let earlierHashes = Set(hashes[earlier].rows)
                let count = hashes[later].rows.count { earlierHashes.contains($0) }
                if count > 0 {
                    result.append(.init(split: hashes[later].split, earlier: hashes[earlier].split, rows: count))
                }
            }
        }
        return result
    }

    private static func rows(of split: DatasetSplit) throws -> [Hash] {
        var hashes = [Hash](repeating: Hash(), count: split.count)
        for name in split.description.modalities.keys.sorted() {
            try split.file.withBytes(of: name) { bytes in
                let width = bytes.count / split.count
                for row in 0..<split.count {
                    hashes[row].add(UnsafeRawBufferPointer(rebasing: bytes[row * width..<(row + 1) * width]))
                }
            }
        }
        return hashes
    }
}
