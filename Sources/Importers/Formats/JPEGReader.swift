import CJPEG

/// Reads JPEG images with libjpeg-turbo.
///
/// Colours of printing (CMYK) become red, green and blue as Pillow's `convert("RGB")` converts
/// them. Harmless damage is ignored; an image whose data end early is refused.
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
        try region.check("a JPEG image", accepting: [.jpeg], file: file)
        guard let decoder = tjInitDecompress() else { throw ReaderError(file: file, reason: "out of memory") }
        defer { tjDestroy(decoder) }
        return try region.withBytes { try raster($0, decoder, file: file, as: colours) }
    }

    private static func raster(
        _ bytes: UnsafeRawBufferPointer, _ decoder: tjhandle, file: String, as colours: Raster.Colours
    ) throws -> Raster {
        let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let status = tjDecompressHeader3(
            decoder, source, UInt(bytes.count), &width, &height, &subsampling, &space)
        try check(status, decoder, file)
        try Raster.checkSize(Int(width), Int(height), file: file)
        // Each block of 64 pixels takes a bit at least. A larger claim in the header must cost
        // neither memory nor time.
        guard Int(width) * Int(height) / 8 / 64 <= bytes.count else {
            throw ReaderError(file: file, reason: "\(bytes.count) bytes cannot hold \(width) × \(height) pixels")
        }
        let isPrint = [TJCS_CMYK, TJCS_YCCK].contains { Int32($0.rawValue) == space }
        let format = isPrint ? TJPF_CMYK : colours == .gray ? TJPF_GRAY : TJPF_RGB
        let channels = isPrint ? 4 : colours.rawValue
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
        try check(
            tjDecompress2(
                decoder, source, UInt(bytes.count), &pixels, width, 0, height, Int32(format.rawValue),
                Int32(TJFLAG_ACCURATEDCT)), decoder, file)
        let raster = Raster(
            width: Int(width), height: Int(height), colours: isPrint ? .rgb : colours,
            pixels: isPrint ? Self.rgb(ofInverted: pixels) : pixels)
        guard let raster else { throw ReaderError(file: file, reason: "no pixels") }
        return isPrint && colours == .gray ? raster.gray : raster
    }

    /// Checks the status of a call. The library decodes the rest of an image after a warning, which
    /// only matters when data are missing.
    private static func check(_ status: Int32, _ decoder: tjhandle, _ file: String) throws {
        guard status != 0 else { return }
        let message = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown error"
        let isWarning = tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
        guard !isWarning || message.lowercased().contains("premature end") else { return }
        throw ReaderError(file: file, reason: "not a readable JPEG image: \(message)")
    }

    /// Converts cyan, magenta, yellow and black, which Adobe's programs store inverted, to red,
    /// green and blue.
    private static func rgb(ofInverted pixels: [UInt8]) -> [UInt8] {
        (0..<pixels.count / 4 * 3).map { index in
            let place = index / 3 * 4
            let (ink, black) = (255 - Int(pixels[place + index % 3]), Int(pixels[place + 3]))
            let product = ink * black + 128
            return UInt8(max(0, black - ((product >> 8) + product) >> 8))
        }
    }
}
