import Foundation

/// A seeded source of random numbers (xoshiro256** seeded through SplitMix64) whose state can be saved and restored.
///
/// All randomness of the project comes from here, not from LibTorch, so that the same seed gives the same numbers on
/// every device and with every version of LibTorch.
public struct RandomSource: RandomNumberGenerator, Codable, Equatable, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A source whose numbers depend on `seed` alone.
    public init(seed: UInt64) {
        var states = SplitMix64(seed: seed)
        s0 = states.next()
        s1 = states.next()
        s2 = states.next()
        s3 = states.next()
    }

    /// A source for one named purpose: independent of the sources of other purposes with the same seed.
    ///
    /// The name is folded into the seed with FNV-1a, so that adding a purpose changes no other.
    public init(seed: UInt64, purpose: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(seed: seed ^ hash)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotated(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotated(s3, 45)
        return result
    }
}
