/// Seeded changes to the bytes of a file, for testing readers on damaged input.
public struct Mutations {
    private var state: UInt64

    /// Creates a sequence of changes that depends only on `seed`.
    public init(seed: UInt64) { state = seed }

    /// Returns a number in `0 ..< bound`.
    public mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, bound)))
    }

    /// Returns a copy with one to four changes.
    ///
    /// A change replaces a byte, flips a bit, inserts a byte, removes a short range or truncates
    /// the bytes.
    public mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...next(4) where !bytes.isEmpty {
            switch next(6) {
            case 0: bytes[next(bytes.count)] = UInt8(next(256))
            case 1: bytes[next(bytes.count)] ^= UInt8(1 << next(8))
            case 2: bytes[next(min(bytes.count, 200))] = [0, 1, 0x7F, 0x80, 0xFF, 0x2E][next(6)]
            case 3: bytes.insert(UInt8(next(256)), at: next(bytes.count + 1))
            case 4:
                let start = next(bytes.count)
                bytes.removeSubrange(start..<min(bytes.count, start + 1 + next(16)))
            default: bytes.removeSubrange(next(bytes.count)..<bytes.count)
            }
        }
        return bytes
    }
}
