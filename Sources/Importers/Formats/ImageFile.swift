import CJPEG

/// Reads image files: PNG or JPEG, whichever the content is, turned as their metadata say.
enum ImageFile {
    /// The endings of file names.
    static let endings = ["png", "jpg", "jpeg", "jpe"]

    /// The size of an image and its channels, as its header states them.
    struct Header {
        let width: Int
        let height: Int
        let colours: Raster.Colours

        /// Returns the size of the image as it is to be shown.
        func shown(_ orientation: ImageOrientation) -> Header {
            orientation.isTransposed ? Header(width: height, height: width, colours: colours) : self
        }
    }

    /// Reads an image.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    static func raster(path: String, as colours: Raster.Colours) throws -> Raster {
        try raster(ByteRegion(path: path), file: path, as: colours)
    }

    /// Reads an image from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem.
    static func raster(_ region: ByteRegion, file: String, as colours: Raster.Colours) throws -> Raster {
        try check(region, file: file)
        let raster =
            try isPNG(region)
            ? PNGReader.raster(region, file: file, as: colours) : JPEGReader.raster(region, file: file, as: colours)
        return raster.shown(region.withBytes(ImageOrientation.init))
    }

    /// Reads the header of an image.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    static func header(path: String) throws -> Header {
        let region = try ByteRegion(path: path)
        try check(region, file: path)
        let stored = region.withBytes { isPNG(region) ? png($0) : jpeg($0) }
        guard let header = stored?.shown(region.withBytes(ImageOrientation.init)) else {
            throw ReaderError(file: path, reason: "not a readable image: its header is damaged")
        }
        try Raster.checkSize(header.width, header.height, file: path)
        return header
    }

    private static func check(_ region: ByteRegion, file: String) throws {
        try region.check("a PNG or JPEG image", accepting: [.png, .jpeg], file: file)
        let isJPEG = region.withBytes { $0.starts(with: [0xFF, 0xD8, 0xFF]) }
        guard isPNG(region) || isJPEG else {
            throw ReaderError(file: file, position: .byte(0), reason: "not a PNG or JPEG image")
        }
    }

    private static func isPNG(_ region: ByteRegion) -> Bool {
        region.withBytes { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) }
    }

    private static func png(_ bytes: UnsafeRawBufferPointer) -> Header? {
        guard bytes.count >= 26 else { return nil }
        func number(_ offset: Int) -> Int {
            Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        // Colour types 0 and 4 are gray, without and with transparency.
        return Header(width: number(16), height: number(20), colours: [0, 4].contains(bytes[25]) ? .gray : .rgb)
    }

    private static func jpeg(_ bytes: UnsafeRawBufferPointer) -> Header? {
        guard let decoder = tjInitDecompress() else { return nil }
        defer { tjDestroy(decoder) }
        let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard tjDecompressHeader3(decoder, source, UInt(bytes.count), &width, &height, &subsampling, &space) == 0
        else { return nil }
        let isGray = space == Int32(TJCS_GRAY.rawValue)
        return Header(width: Int(width), height: Int(height), colours: isGray ? .gray : .rgb)
    }
}
