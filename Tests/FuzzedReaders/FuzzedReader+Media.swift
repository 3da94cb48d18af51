import Importers

extension FuzzedReader {
    func readMedium(_ bytes: [UInt8]) throws {
        let region = ByteRegion(bytes)
        switch self {
        case .jpeg: _ = try JPEGReader.raster(region, file: "x", as: .rgb)
        case .png: _ = try PNGReader.raster(region, file: "x", as: .rgb)
        case .wav: _ = try WAVReader.sound(region, file: "x", limit: Self.limit).mono
        default: try HostileFile.with(bytes, named: "x.ogg") { _ = try SoundFile.sound(path: $0).mono }
        }
    }
}
