import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("raw-files/" + name) }

private func bytes(_ name: String) throws -> [UInt8] {
    try Array(#require(FileManager.default.contents(atPath: file(name))))
}

/// Reads many mutated copies. Each must give a value or a one-line `ReaderError`.
func expectNoCrash(of original: [UInt8], count: Int = 10_000, _ read: (ByteRegion) throws -> Void) throws {
    var mutations = Mutations(seed: 1)
    for _ in 0..<count {
        do {
            try read(ByteRegion(mutations.mutate(original)))
        } catch let error as ReaderError {
            #expect(!error.description.contains("\n") && error.file.hasPrefix("x"))
        }
    }
}

@Suite struct IDXReaderTests {
    @Test(arguments: ["cube.idx", "cube.idx.gz"])
    func arraysAreReadCompletely(name: String) throws {
        let array = try IDXReader.array(path: file(name))
        #expect(array.shape == [2, 3, 4] && array.element == .unsigned(1))
        #expect(array.integers() == (0..<24).map(Int64.init))
    }

    @Test func numbersAreBigEndian() throws {
        #expect(try IDXReader.array(path: file("short.idx")).integers() == [-2, 300])
    }

    @Test func invalidHeadersAreRefused() throws {
        var bytes = try bytes("cube.idx")
        for index in 4..<16 { bytes[index] = 0xFF }
        #expect {
            try IDXReader.array(ByteRegion(bytes), file: "x.idx")
        } throws: {
            "\($0)".hasPrefix("x.idx: byte 16: 24 bytes do not fill")
        }
    }

    @Test(arguments: ["cube.idx", "cube.idx.gz"])
    func tenThousandMutationsNeverCrash(name: String) throws {
        try expectNoCrash(of: bytes(name)) { _ = try IDXReader.array($0, file: "x").doubles() }
    }
}

@Suite struct WAVReaderTests {
    @Test(arguments: [("pcm_u8", 0.01), ("pcm_16", 1e-4), ("pcm_24", 1e-6), ("pcm_32", 1e-6), ("float", 1e-6)])
    func samplesOfEveryWidth(type: String, tolerance: Float) throws {
        let sound = try WAVReader.sound(path: file("tone-\(type).wav"))
        #expect(sound.rate == 800 && sound.channels == 1 && sound.samples.count == 160)
        for (index, sample) in sound.samples.enumerated() {
            #expect(abs(sample - Float(sin(2 * .pi * 50 * Double(index) / 800) * 0.5)) < tolerance)
        }
    }

    @Test func channelsAreAveraged() throws {
        let sound = try WAVReader.sound(path: file("stereo.wav"))
        #expect(sound.channels == 2 && sound.samples.count == 320)
        #expect(sound.mono.count == 160 && sound.mono.allSatisfy { abs($0) < 1e-4 })
    }

    @Test func limitIsKept() throws {
        #expect { try WAVReader.sound(path: file("tone-float.wav"), limit: 100) } throws: {
            "\($0)".contains("more than 100")
        }
    }

    @Test(arguments: ["tone-pcm_24.wav", "tone-float.wav"])
    func tenThousandMutationsNeverCrash(name: String) throws {
        try expectNoCrash(of: bytes(name)) { _ = try WAVReader.sound($0, file: "x", limit: 100_000).mono }
    }
}

@Suite struct PictureReaderTests {
    @Test func pixelsOfPNG() throws {
        let raster = try PNGReader.raster(path: file("colours.png"), as: .rgb)
        #expect(raster.width == 6 && raster.height == 4)
        #expect(Array(raster.pixels.prefix(6)) == [255, 255, 255, 40, 0, 0])
        #expect(Array(raster.pixels.suffix(3)) == [200, 180, 0])
        let gray = try PNGReader.raster(path: file("gray.png"), as: .gray)
        #expect(Array(gray.pixels[6..<12]) == [0, 40, 80, 120, 160, 200])
    }

    @Test func pixelsOfJPEG() throws {
        let raster = try JPEGReader.raster(path: file("smooth.jpg"), as: .rgb)
        #expect(raster.width == 48 && raster.height == 32)
        for (row, column) in [(0, 0), (10, 20), (31, 47)] {
            let pixel = raster.pixels[(row * 48 + column) * 3]
            #expect(abs(Int(pixel) - (row + column) * 3) < 6)
        }
    }

    @Test func truncatedPicturesAreRefused() throws {
        let png = try bytes("colours.png")
        let jpeg = try bytes("smooth.jpg")
        for length in 0..<png.count - 12 {
            #expect(throws: ReaderError.self) {
                try PNGReader.raster(ByteRegion(Array(png.prefix(length))), file: "x", as: .rgb)
            }
        }
        for length in stride(from: 0, to: jpeg.count - 2, by: 7) {
            #expect(throws: ReaderError.self) {
                try JPEGReader.raster(ByteRegion(Array(jpeg.prefix(length))), file: "x", as: .rgb)
            }
        }
    }

    @Test func invalidSizesAreRefused() throws {
        var png = try bytes("colours.png")
        for index in 16..<24 { png[index] = [0x3F, 0xFF, 0xFF, 0xFF][index % 4] }
        #expect(throws: ReaderError.self) { try PNGReader.raster(ByteRegion(png), file: "x", as: .rgb) }
    }

    @Test func tenThousandMutationsNeverCrash() throws {
        try expectNoCrash(of: bytes("colours.png")) { _ = try PNGReader.raster($0, file: "x", as: .rgb) }
        try expectNoCrash(of: bytes("smooth.jpg")) { region in
            // A mutated size can be large and still well formed; decoding millions of pixels takes
            // time.
            guard region.count > 0 else { return }
            _ = try JPEGReader.raster(region, file: "x", as: .rgb)
        }
    }
}

@Suite struct ArchiveReaderTests {
    @Test(arguments: ["two.zip", "two.tar.gz"])
    func membersAreVisitedInOrder(name: String) throws {
        var seen: [String: Int] = [:]
        var order: [String] = []
        try ArchiveReader.visit(path: file(name)) { member in
            seen[member.path] = member.bytes.count
            order.append(member.path)
            return true
        }
        #expect(seen == ["set/one.txt": 240, "set/two.txt": 210] && order == ["set/one.txt", "set/two.txt"])
        order = []
        try ArchiveReader.visit(path: file(name), where: { $0.hasSuffix("two.txt") }) { member in
            order.append(String(decoding: member.bytes.copied().prefix(6), as: UTF8.self))
            return false
        }
        #expect(order == ["second"])
    }

    @Test(arguments: ["two.zip", "two.tar.gz"])
    func limitIsKept(name: String) throws {
        #expect {
            try ArchiveReader.visit(path: file(name), limit: 220) { _ in true }
        } throws: {
            "\($0)".contains("'set/one.txt' has more than 220 bytes")
        }
    }

    @Test func arraysOfNpz() throws {
        let arrays = try NpzReader.arrays(path: file("packed.npz"))
        #expect(arrays["a"]?.shape == [2, 3] && arrays["a"]?.floats() == [0, 1, 2, 3, 4, 5])
        #expect(arrays["b"]?.integers() == [1, 2])
        #expect(try NpzReader.arrays(path: file("stored.npz"), names: ["a"]).keys.sorted() == ["a"])
        #expect { try NpzReader.arrays(path: file("stored.npz")) } throws: {
            "\($0)".contains("o.npy: contains Python objects")
        }
        #expect { try NpzReader.arrays(path: file("packed.npz"), names: ["c"]) } throws: { "\($0)".contains("'c.npy'") }
        #expect(throws: ReaderError.self) { try NpzReader.arrays(path: file("bomb.npz"), limit: 1 << 20) }
    }

    @Test(arguments: ["two.zip", "two.tar.gz"])
    func tenThousandMutationsNeverCrash(name: String) throws {
        try expectNoCrash(of: bytes(name)) { region in
            try ArchiveReader.visit(region, file: "x", limit: 1 << 20) { _ in true }
        }
    }

    @Test func tenThousandMutationsOfArraysNeverCrash() throws {
        try expectNoCrash(of: bytes("packed.npz")) { region in
            for array in try NpzReader.arrays(region, file: "x", limit: 1 << 20).values { _ = array.doubles() }
        }
    }
}
