/// Python's random number generator, as far as published splits need it:
/// `random.Random(seed).shuffle(list)`.
///
/// Mersenne Twister (Matsumoto and Nishimura 1998, doi:10.1145/272991.272995), seeded by array as
/// in CPython.
struct PythonRandom {
    private var state = [UInt32](repeating: 0, count: 624)
    private var index = 624

    /// Creates a generator.
    ///
    /// - Parameter seed: The seed, as in `random.seed(seed)`.
    init(seed: UInt32) {
        state[0] = 19_650_218
        for place in 1..<624 {
            state[place] = 1_812_433_253 &* (state[place - 1] ^ (state[place - 1] >> 30)) &+ UInt32(place)
        }
        var place = 1
        func advance() {
            place += 1
            guard place == 624 else { return }
            state[0] = state[623]
            place = 1
        }
        for _ in 0..<624 {
            let previous = state[place - 1]
            state[place] = (state[place] ^ ((previous ^ (previous >> 30)) &* 1_664_525)) &+ seed
            advance()
        }
        for _ in 0..<623 {
            let previous = state[place - 1]
            state[place] = (state[place] ^ ((previous ^ (previous >> 30)) &* 1_566_083_941)) &- UInt32(place)
            advance()
        }
        state[0] = 0x8000_0000
    }

    /// Returns the next 32 random bits.
    mutating func next() -> UInt32 {
        if index == 624 { twist() }
        var y = state[index]
        index += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C_5680
        y ^= (y << 15) & 0xEFC6_0000
        return y ^ (y >> 18)
    }

    private mutating func twist() {
        for place in 0..<624 {
            let y = (state[place] & 0x8000_0000) | (state[(place + 1) % 624] & 0x7FFF_FFFF)
            state[place] = state[(place + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        index = 0
    }

    /// Returns a uniform number below a bound, by rejection sampling of as many bits as the bound
    /// has.
    private mutating func below(_ bound: Int) -> Int {
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        while true {
            let value = Int(next() >> (32 - UInt32(bits)))
            if value < bound { return value }
        }
    }

    /// Shuffles in place, from the last element to the first.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for place in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(place, below(place + 1)) }
    }
}
