import Foundation
import TestSupport
import Testing

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("oriented-files/" + name) }

/// Images that their metadata turn, compared with what Pillow's `exif_transpose` shows.
@Suite struct ImageOrientationTests {
    private struct Shown: Decodable {
        let width: Int
        let rgb: [UInt8]
    }

    @Test(arguments: (1...8).map { "\($0).jpg" } + ["6.png"])
    func imagesAreTurned(name: String) throws {
        let data = try #require(FileManager.default.contents(atPath: file("expected.json")))
        let expected = try #require(try JSONDecoder().decode([String: Shown].self, from: data)[name])
        let raster = try ImageFile.raster(path: file(name), as: .rgb)
        #expect(raster.width == expected.width && raster.height == 128 / expected.width)
        let differences = zip(raster.pixels, expected.rgb).map { abs(Int($0) - Int($1)) }
        #expect(differences.count == 384 && differences.max() ?? 255 <= 2)
        let header = try ImageFile.header(path: file(name))
        #expect(header.width == raster.width && header.height == raster.height)
        #expect(try ImageFile.raster(path: file(name), as: .gray).width == expected.width)
    }

    @Test func damagedMetadataNeverCrash() throws {
        for name in ["6.jpg", "6.png"] {
            let bytes = try Array(#require(FileManager.default.contents(atPath: file(name))))
            var mutations = Mutations(seed: 3)
            for _ in 0..<4000 {
                mutations.mutate(bytes).withUnsafeBytes { _ = ImageOrientation(of: $0) }
            }
        }
    }
}
