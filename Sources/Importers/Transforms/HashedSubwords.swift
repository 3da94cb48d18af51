/// Turns words into vectors without a vocabulary or anything learned: the parts of a word choose signs by their hashes.
///
/// A word's parts are itself and its sequences of three to five letters, its ends marked. Each part stands for one fixed
/// vector of signs (a random projection of the space of all parts); a word is the sum of its parts' vectors, of length
/// `width` to the half. Words that share parts are therefore alike (as in Bojanowski et al. 2017, doi:10.1162/tacl_a_00051,
/// but with fixed vectors).
struct HashedSubwords {
    /// Numbers of a vector.
    let width: Int

    /// Words and marks of a text in lower case; marks stand alone.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text.lowercased() {
            if character.isLetter || character.isNumber || character == "'" {
                word.append(character)
                continue
            }
            if !word.isEmpty { words.append(word) }
            word = ""
            if !character.isWhitespace { words.append(String(character)) }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// The vector of a word, `[width]`.
    func vector(of word: String) -> [Float] {
        let parts = Self.parts(of: word)
        var sums = [Int](repeating: 0, count: width)
        for part in parts {
            var state = Self.hash(part)
            var signs: UInt64 = 0
            for index in 0..<width {
                if index % 64 == 0 { signs = Self.mixed(&state) }
                sums[index] += signs & 1 == 0 ? 1 : -1
                signs >>= 1
            }
        }
        let scale = 1 / Float(max(1, parts.count)).squareRoot()
        return sums.map { Float($0) * scale }
    }

    static func parts(of word: String) -> [[UInt8]] {
        let marked = Array("<\(word)>")
        var parts = [marked]
        for length in 3...5 where length < marked.count {
            for start in 0...marked.count - length { parts.append(Array(marked[start..<start + length])) }
        }
        return parts.map { Array(String($0).utf8) }
    }

    /// FNV-1a.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// SplitMix64.
    private static func mixed(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
