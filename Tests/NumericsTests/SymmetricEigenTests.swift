import Numerics
import Testing

@Suite struct SymmetricEigenTests {
    @Test func eigenvectorsSolveTheirEquation() {
        let matrix: [[Double]] = [[4, 1, -2], [1, 2, 0], [-2, 0, 3]]
        let result = SymmetricEigen(matrix)
        #expect(result.values == result.values.sorted(by: >))
        for (value, vector) in zip(result.values, result.vectors) {
            for (row, component) in zip(matrix, vector) {
                #expect(abs(zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } - value * component) < 1e-12)
            }
        }
    }
}

@Suite struct SoundAndTextTransformTests {
    @Test func noiseHasItsPower() {
        let tone = (0..<4000).map { Float(sin(Double($0))) }
        var random = RandomSource(seed: 3)
        let noisy = AdditiveNoise(ratio: 10).added(to: tone, length: 5000, random: &random)
        let noise = noisy.enumerated().map { $0.element - ($0.offset < 4000 ? tone[$0.offset] : 0) }
        let power = noise.reduce(0) { $0 + $1 * $1 } / 5000
        #expect(noisy.count == 5000 && abs(power - 0.05) < 0.005)
    }

    @Test func wordsAndMarksAreSeparate() {
        #expect(HashedSubwords.words(of: "Oh, that's 2\tGREAT!?") == ["oh", ",", "that's", "2", "great", "!", "?"])
        #expect(HashedSubwords.words(of: " \n").isEmpty)
        #expect(HashedSubwords.parts(of: "ab").map { String(decoding: $0, as: UTF8.self) } == ["<ab>", "<ab", "ab>"])
    }

    @Test func wordsThatShareParts() {
        let words = HashedSubwords(width: 256)
        func likeness(_ first: String, _ second: String) -> Float {
            let (a, b) = (words.vector(of: first), words.vector(of: second))
            func dot(_ x: [Float], _ y: [Float]) -> Float { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
            return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        }
        #expect(likeness("wonderful", "wonderful") > 0.999)
        #expect(likeness("wonderful", "wonderfully") > 0.5)
        #expect(abs(likeness("wonderful", "sarcasm")) < 0.3)
        #expect(words.vector(of: "a").count == 256 && words.vector(of: "").allSatisfy(\.isFinite))
    }
}
