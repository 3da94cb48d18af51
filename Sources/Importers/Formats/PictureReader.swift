import Files

/// Reads images whose format is recognised by their content, whatever the ending of their name.
public enum PictureReader {
    /// Reads a PNG or JPEG image.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    public static func raster(path: String, as colours: Raster.Colours) throws -> Raster {
        try raster(ByteRegion(path: path), file: path, as: colours)
    }

    /// Reads an image from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem.
    public static func raster(_ region: ByteRegion, file: String, as colours: Raster.Colours) throws -> Raster {
        switch region.withBytes({ FileSignature(of: $0) }) {
        case .png?: return try PNGReader.raster(region, file: file, as: colours)
        case .jpeg?: return try JPEGReader.raster(region, file: file, as: colours)
        default:
            try region.check("a PNG or JPEG image", file: file)
            throw ReaderError(file: file, reason: "is not a PNG or JPEG image")
        }
    }
}
