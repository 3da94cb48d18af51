import Foundation
import Multimodal
import Numerics
import Testing
import Torch

@testable import Importers

@Suite struct SpectrumTests {
    /// Compares with the sum that defines the transform.
    @Test func powersMatchTheFourierSum() {
        let size = 16
        let first = (0..<size).map { Double(($0 * 7) % 5) - 2 }
        let second = (0..<12).map { Double(($0 * 3) % 7) }
        let powers = PowerSpectrum(size: size).powers(first, second)
        for (signal, power) in [(first, powers.first), (second, powers.second)] {
            #expect(power.count == 9)
            for bin in 0..<9 {
                let angles = signal.indices.map { 2 * .pi * Double(bin * $0) / Double(size) }
                let real = zip(signal, angles).reduce(0) { $0 + $1.0 * cos($1.1) }
                let imaginary = zip(signal, angles).reduce(0) { $0 + $1.0 * sin($1.1) }
                #expect(abs(power[bin] - (real * real + imaginary * imaginary)) < 1e-9)
            }
        }
    }

    @Test func tonesFallInTheirBands() throws {
        let spectrogram = MelSpectrogram(rate: 8000, bands: 40, window: 200, hop: 80, size: 200)
        var loudest: [Int] = []
        for frequency in [200.0, 1000, 3000] {
            let tone = (0..<2000).map { Float(sin(2 * .pi * frequency * Double($0) / 8000)) }
            let energies = spectrogram.logEnergies(tone)
            #expect(energies.count == 40 * spectrogram.frames(of: 2000) && spectrogram.frames(of: 2000) == 23)
            let frame = energies[400..<440]
            let band = try #require(frame.indices.max { frame[$0] < frame[$1] }) - 400
            let centre = 700 * (pow(10, 2146.1 * Double(band + 1) / 41 / 2595) - 1)
            #expect(abs(centre - frequency) < 0.1 * frequency + 40)
            loudest.append(band)
        }
        #expect(loudest == loudest.sorted())
        #expect(spectrogram.logEnergies([]).count == 40)
    }

    @Test func speechTokensBeyondTheRecordingAreMasked() {
        let speech = SpeechTokens(rate: 8000, longest: 8000)
        #expect(speech.description.axes == [25] && speech.description.channels == 160)
        let (values, valid) = speech.values(of: [Float](repeating: 0.1, count: 2000))
        #expect(values.count == 25 * 160 && valid.filter { $0 }.count == 6 && valid.prefix(6).allSatisfy { $0 })
        #expect(values.dropFirst(6 * 160).allSatisfy { $0 == 0 })
        // 23 frames fill five and three quarter tokens; the last frame is repeated for the missing
        // one.
        #expect(values[5 * 160 + 120..<6 * 160] == values[5 * 160 + 80..<5 * 160 + 120])
    }
}

@Suite struct PictureTransformTests {
    @Test func patchesHoldNeighbouringPixels() {
        let picture = Patches(size: (1, 4, 6), patch: (1, 2, 3), channels: 1)
        #expect(picture.axes == [2, 2] && picture.width == 6)
        let cut = picture.cut((0..<24).map(Float.init)[...])
        #expect(Array(cut[0..<6]) == [0, 1, 2, 6, 7, 8] && Array(cut[18..<24]) == [15, 16, 17, 21, 22, 23])
        let film = Patches(size: (2, 2, 2), patch: (1, 2, 1), channels: 2)
        #expect(film.axes == [2, 1, 2] && film.width == 4)
        #expect(Array(film.cut((0..<16).map(Float.init)[...]).prefix(8)) == [0, 1, 4, 5, 2, 3, 6, 7])
    }

    @Test func halvingAverages() throws {
        let pixels: [UInt8] = [0, 51, 102, 153, 204, 255, 0, 51]
        let raster = try #require(Raster(width: 4, height: 2, colours: .gray, pixels: pixels))
        #expect(raster.halved() == [0.5, Float(306) / 1020])
        #expect(Raster(width: 4, height: 3, colours: .gray, pixels: pixels) == nil)
    }

    /// Points close to a plane, so that two directions explain nearly all variance.
    @Test func principalComponentsAreFound() {
        var random = RandomSource(seed: 1)
        let vectors = (0..<400).map { _ -> [Float] in
            let (a, b, c) = (3 * random.normal(), random.normal(), 0.01 * random.normal())
            return [Float(a + 5), Float(0.6 * b + 0.8 * c), Float(0.8 * b - 0.6 * c), 1]
        }
        let one = PrincipalComponents(of: vectors, energy: 0.5)
        #expect(one.directions.count == 1 && abs(abs(one.directions[0][0]) - 1) < 0.02)
        #expect(abs(one.energy - 0.9) < 0.03 && abs(one.mean[0] - 5) < 0.5 && abs(one.mean[3] - 1) < 1e-6)
        let two = PrincipalComponents(of: vectors, energy: 0.99)
        #expect(two.directions.count == 2)
        for vector in vectors.prefix(20) {
            #expect(zip(two.reduced(vector[...]), vector).allSatisfy { abs($0 - $1) < 0.1 })
        }
        #expect(PrincipalComponents(of: vectors, energy: 0.99).directions == two.directions)
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
