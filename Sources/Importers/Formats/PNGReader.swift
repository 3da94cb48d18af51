import CPNG

/// Reads PNG images with libpng.
///
/// Pixels are those that Pillow's `convert("RGB")` shows: the stored colours, without gamma
/// correction or colour profiles. Transparency is ignored, also that of a palette. Of 16 bits the
/// higher eight are kept. Harmless damage in optional chunks is ignored.
public enum PNGReader {
    /// Reads an image.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - colours: The channels of the result; the image is converted if necessary.
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    public static func raster(path: String, as colours: Raster.Colours) throws -> Raster {
        try raster(ByteRegion(path: path), file: path, as: colours)
    }

    /// Reads an image from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem.
    public static func raster(_ region: ByteRegion, file: String, as colours: Raster.Colours) throws -> Raster {
        let chunks = try region.withBytes { try PNGChunks($0, file: file) }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        guard png_image_begin_read_from_memory(&image, chunks.bytes, chunks.bytes.count) != 0 else {
            throw failure(&image, file)
        }
        defer { png_image_free(&image) }
        let (width, height) = (Int(image.width), Int(image.height))
        try Raster.checkSize(width, height, file: file)
        // No compressed image can be smaller than this. A larger claim in the header must not
        // allocate memory.
        guard width * height / 8 / 1032 <= chunks.bytes.count else {
            throw ReaderError(file: file, reason: "\(chunks.bytes.count) bytes cannot hold \(width) × \(height) pixels")
        }
        guard let rgb = Raster(width: width, height: height, colours: .rgb, pixels: try pixels(&image, chunks, file))
        else { throw ReaderError(file: file, reason: "no pixels") }
        return colours == .gray ? rgb.gray : rgb
    }

    /// Decodes the pixels as red, green and blue.
    private static func pixels(_ image: inout png_image, _ chunks: PNGChunks, _ file: String) throws -> [UInt8] {
        let count = Int(image.width) * Int(image.height)
        if chunks.hasAlpha {
            image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
            // Without this flag, libpng would take 16 bits for linear light.
            image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
            var pixels = [UInt8](repeating: 0, count: 4 * count)
            guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw failure(&image, file) }
            return (0..<3 * count).map { pixels[$0 / 3 * 4 + $0 % 3] }
        }
        if chunks.depth == 16 {
            // libpng takes 16 bits for linear light, so that its linear format keeps them
            // unchanged.
            image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_LINEAR)
            var pixels = [UInt16](repeating: 0, count: 3 * count)
            guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw failure(&image, file) }
            return pixels.map { UInt8($0 >> 8) }
        }
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        var pixels = [UInt8](repeating: 0, count: 3 * count)
        guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw failure(&image, file) }
        return pixels
    }

    private static func failure(_ image: inout png_image, _ file: String) -> ReaderError {
        let message = withUnsafeBytes(of: &image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return ReaderError(file: file, reason: "not a readable PNG image: \(message)")
    }
}
