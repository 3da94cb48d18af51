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
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        s0 = next()
        s1 = next()
        s2 = next()
        s3 = next()
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

    /// A number in 0 ..< 1 with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number from the standard normal distribution (Box and Muller).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// A float32 tensor with numbers from `-bound ..< bound`.
    ///
    /// - Throws: ``TorchError`` when the shape is negative or does not fit into memory.
    public mutating func uniformTensor(_ shape: [Int], bound: Double) throws -> Tensor {
        try filled(shape) { Float(($0.uniform() * 2 - 1) * bound) }
    }

    /// A float32 tensor with numbers from the standard normal distribution.
    ///
    /// - Throws: ``TorchError`` when the shape is negative or does not fit into memory.
    public mutating func normalTensor(_ shape: [Int]) throws -> Tensor {
        try filled(shape) { Float($0.normal()) }
    }

    private mutating func filled(
        _ shape: [Int], _ number: (inout RandomSource) -> Float
    ) throws -> Tensor {
        try Tensor(shape: shape, dtype: .float32) { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 4) {
                bytes.storeBytes(of: number(&self), toByteOffset: offset, as: Float.self)
            }
        }
    }
}
