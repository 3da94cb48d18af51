import CJPEG

/// Reads JPEG images with libjpeg-turbo.
public enum JPEGReader {
    /// Reads an image.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - colours: The channels of the result; the image is converted if necessary.
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem, also for a
    ///   truncated image.
    public static func raster(path: String, as colours: Raster.Colours) throws -> Raster {
        try raster(ByteRegion(path: path), file: path, as: colours)
    }

    /// Reads an image from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem, also for a truncated image.
    public static func raster(_ region: ByteRegion, file: String, as colours: Raster.Colours) throws -> Raster {
        guard let decoder = tjInitDecompress() else { throw ReaderError(file: file, reason: "out of memory") }
        defer { tjDestroy(decoder) }
        func failure() -> ReaderError {
            let message = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown error"
            return ReaderError(file: file, reason: "not a readable JPEG image: \(message)")
        }
        return try region.withBytes { bytes in
            let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var width: Int32 = 0
            var height: Int32 = 0
            var subsampling: Int32 = 0
            var space: Int32 = 0
            guard
                tjDecompressHeader3(decoder, source, UInt(bytes.count), &width, &height, &subsampling, &space) == 0
            else { throw failure() }
            try Raster.checkSize(Int(width), Int(height), file: file)
            var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * colours.rawValue)
            let format = colours == .gray ? TJPF_GRAY : TJPF_RGB
            let flags = Int32(TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING)
            guard
                tjDecompress2(
                    decoder, source, UInt(bytes.count), &pixels, width, 0, height, Int32(format.rawValue), flags)
                    == 0,
                let raster = Raster(width: Int(width), height: Int(height), colours: colours, pixels: pixels)
            else { throw failure() }
            return raster
        }
    }
}
