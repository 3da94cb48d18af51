import Foundation
import TestSupport
import Testing

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("picture-files/" + name) }

/// Images of every kind, compared with the pixels that Pillow shows of them.
@Suite struct PictureColourTests {
    private struct Shown: Decodable {
        let rgb: [UInt8]
        let gray: [UInt8]
    }

    private static let shown: [String: Shown] = {
        let data = FileManager.default.contents(atPath: file("expected.json")) ?? Data()
        return (try? JSONDecoder().decode([String: Shown].self, from: data)) ?? [:]
    }()

    private func difference(_ first: [UInt8], _ second: [UInt8]) -> Int {
        zip(first, second).map { abs(Int($0) - Int($1)) }.max() ?? 255
    }

    @Test func everyImageHasExpectedPixels() { #expect(Self.shown.count == 21) }

    @Test(arguments: [
        "rgb16", "gray16", "rgba", "gray-alpha", "gamma", "gray-gamma", "profile", "palette", "palette-alpha",
        "palette4",
        "gray1", "gray2", "gray4", "gray-transparent", "damaged-text",
    ])
    func pixelsOfPNGEqualThoseOfPillow(name: String) throws {
        let expected = try #require(Self.shown[name + ".png"])
        #expect(try PNGReader.raster(path: file(name + ".png"), as: .rgb).pixels == expected.rgb)
        #expect(try PNGReader.raster(path: file(name + ".png"), as: .gray).pixels == expected.gray)
    }

    @Test(arguments: ["rgba16", "gray-alpha16"])
    func sixteenBitsWithAlphaAreRoundedToTheNearestLevel(name: String) throws {
        let expected = try #require(Self.shown[name + ".png"])
        let raster = try PNGReader.raster(path: file(name + ".png"), as: .rgb)
        #expect(raster.pixels.count == expected.rgb.count && difference(raster.pixels, expected.rgb) <= 1)
    }

    @Test(arguments: ["rgb", "gray", "cmyk", "extra-bytes"])
    func pixelsOfJPEGAreThoseOfPillow(name: String) throws {
        let expected = try #require(Self.shown[name + ".jpg"])
        let raster = try JPEGReader.raster(path: file(name + ".jpg"), as: .rgb)
        #expect(raster.pixels.count == expected.rgb.count && difference(raster.pixels, expected.rgb) <= 2)
        let gray = try JPEGReader.raster(path: file(name + ".jpg"), as: .gray)
        #expect(gray.pixels.count == expected.gray.count && difference(gray.pixels, expected.gray) <= 2)
    }

    @Test func formatIsRecognisedByContent() throws {
        let folder = try TemporaryFolder()
        let png = try folder.copy(file("rgba.png"), as: "picture.jpg")
        #expect(try ImageFile.raster(path: png, as: .rgb).pixels == Self.shown["rgba.png"]?.rgb)
        let jpeg = try folder.copy(file("gray.jpg"), as: "picture.png")
        #expect(try ImageFile.raster(path: jpeg, as: .gray).width == 16)
        #expect { try PNGReader.raster(path: jpeg, as: .rgb) } throws: { "\($0)".contains("is a JPEG image") }
    }

    @Test func tenThousandMutationsNeverCrash() throws {
        for name in ["palette-alpha.png", "gray-alpha16.png", "cmyk.jpg"] {
            let bytes = try Array(#require(FileManager.default.contents(atPath: file(name))))
            try expectNoCrash(of: bytes, count: 4000) { _ = try ImageFile.raster($0, file: "x", as: .gray) }
        }
    }
}
