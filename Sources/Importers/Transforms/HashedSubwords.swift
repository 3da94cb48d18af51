import Foundation

/// Maps words to vectors without a vocabulary or training: hashes of a word's parts choose signs.
///
/// The parts of a word are the word and its sequences of three to five letters, with its ends
/// marked. Each part has a fixed vector of random signs (a random projection of the space of all
/// parts). The vector of a word is the sum over its parts, divided by the square root of their
/// number. Words that share parts therefore have similar vectors, as in Bojanowski et al. 2017
/// (doi:10.1162/tacl_a_00051), but without learned vectors.
struct HashedSubwords {
    /// The width of a vector.
    let width: Int

    /// Returns the words and punctuation marks of a text in lower case. Each mark is a word of its
    /// own.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        // Letters with marks may be one or two characters, as in file names of macOS.
        for character in text.precomposedStringWithCanonicalMapping.lowercased() {
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

    /// Returns the vector of a word, `[width]`.
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

    /// Returns the FNV-1a hash.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Returns the next number of SplitMix64.
    private static func mixed(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
