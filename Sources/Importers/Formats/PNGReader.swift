import CPNG

/// Reads PNG images with libpng.
public enum PNGReader {
    /// Reads an image.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - colours: The channels of the result; the image is converted if necessary, and
    ///     transparency is blended with black.
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    public static func raster(path: String, as colours: Raster.Colours) throws -> Raster {
        try raster(ByteRegion(path: path), file: path, as: colours)
    }

    /// Reads an image from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem.
    public static func raster(_ region: ByteRegion, file: String, as colours: Raster.Colours) throws -> Raster {
        try region.withBytes { bytes in
            var image = png_image()
            image.version = png_uint_32(PNG_IMAGE_VERSION)
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
                throw failure(&image, file)
            }
            defer { png_image_free(&image) }
            let (width, height) = (Int(image.width), Int(image.height))
            try Raster.checkSize(width, height, file: file)
            // No compressed image can be smaller than this. A larger claim in the header must not
            // allocate memory.
            guard width * height / 8 / 1032 <= bytes.count else {
                throw ReaderError(file: file, reason: "\(bytes.count) bytes cannot hold \(width) × \(height) pixels")
            }
            image.format = colours == .gray ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
            var pixels = [UInt8](repeating: 0, count: width * height * colours.rawValue)
            guard png_image_finish_read(&image, nil, &pixels, Int32(width * colours.rawValue), nil) != 0,
                image.warning_or_error & 1 == 0
            else { throw failure(&image, file) }
            guard let raster = Raster(width: width, height: height, colours: colours, pixels: pixels) else {
                throw ReaderError(file: file, reason: "no pixels")
            }
            return raster
        }
    }

    private static func failure(_ image: inout png_image, _ file: String) -> ReaderError {
        let message = withUnsafeBytes(of: &image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return ReaderError(file: file, reason: "not a readable PNG image: \(message)")
    }
}
