import Foundation

/// A seeded random number generator whose state can be saved and restored.
///
/// The generator is xoshiro256**, seeded through SplitMix64 (Blackman & Vigna 2021). Random numbers
/// come from this type, not from LibTorch. The same seed therefore gives the same numbers on every
/// device and with every version of LibTorch.
public struct RandomSource: RandomNumberGenerator, Codable, Equatable, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// Creates a generator whose sequence depends only on `seed`.
    public init(seed: UInt64) {
        var states = SplitMix64(seed: seed)
        s0 = states.next()
        s1 = states.next()
        s2 = states.next()
        s3 = states.next()
    }

    /// Creates a generator for one named purpose, independent of other purposes with the same seed.
    ///
    /// The FNV-1a hash of the name is combined with the seed, so adding a purpose changes no other
    /// sequence.
    public init(seed: UInt64, purpose: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(seed: seed ^ hash)
    }

    /// Returns the next 64 random bits.
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
