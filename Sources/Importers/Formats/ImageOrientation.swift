/// The rotation and reflection with which a camera says that its image is to be shown.
///
/// Format: Exif 2.32, section 4.6.4, tag 274 (Orientation). Damaged or absent metadata mean that
/// the image is stored as it is shown.
enum ImageOrientation: Int {
    /// The names say where the first row and the first column of the file are shown.
    case topLeft = 1
    case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

    /// Reads the orientation in a JPEG or PNG file.
    init(of bytes: UnsafeRawBufferPointer) {
        let exif = bytes.starts(with: [0xFF, 0xD8]) ? Self.jpegMetadata(bytes) : Self.pngMetadata(bytes)
        self = exif.flatMap(Self.orientation) ?? .topLeft
    }

    /// True when rows of the file are shown as columns.
    var isTransposed: Bool { rawValue > Self.bottomLeft.rawValue }

    /// Returns the Exif metadata of a JPEG file, which are in a segment before the pixels.
    private static func jpegMetadata(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            // Bytes that fill up to the next marker, and markers without a length.
            if marker == 0xFF { position += 1; continue }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) { position += 2; continue }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            let end = position + 2 + length
            guard marker != 0xDA, length >= 2, end <= bytes.count else { return nil }
            let content = UnsafeRawBufferPointer(rebasing: bytes[position + 4..<end])
            if marker == 0xE1, content.starts(with: Array("Exif\0\0".utf8)) {
                return UnsafeRawBufferPointer(rebasing: content.dropFirst(6))
            }
            position = end
        }
        return nil
    }

    /// Returns the Exif metadata of a PNG file, which have a chunk of their own.
    private static func pngMetadata(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var position = 8
        while position + 12 <= bytes.count {
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            guard length <= bytes.count - position - 12 else { return nil }
            if bytes[position + 4..<position + 8].elementsEqual("eXIf".utf8) {
                return UnsafeRawBufferPointer(rebasing: bytes[position + 8..<position + 8 + length])
            }
            position += 12 + length
        }
        return nil
    }

    /// Returns the orientation in the first directory of Exif metadata.
    private static func orientation(_ exif: UnsafeRawBufferPointer) -> ImageOrientation? {
        guard exif.count >= 8, exif[0] == exif[1], [0x49, 0x4D].contains(exif[0]) else { return nil }
        let isBigEndian = exif[0] == 0x4D
        func number(_ offset: Int, bytes count: Int) -> Int {
            (0..<count).reduce(0) { $0 << 8 | Int(exif[offset + (isBigEndian ? $1 : count - 1 - $1)]) }
        }
        let directory = number(4, bytes: 4)
        guard directory <= exif.count - 2 else { return nil }
        for entry in 0..<number(directory, bytes: 2) {
            let start = directory + 2 + 12 * entry
            guard start + 12 <= exif.count else { return nil }
            guard number(start, bytes: 2) == 274 else { continue }
            return ImageOrientation(rawValue: number(start + 8, bytes: 2))
        }
        return nil
    }
}

extension Raster {
    /// Returns the image as it is to be shown.
    func shown(_ orientation: ImageOrientation) -> Raster {
        guard orientation != .topLeft else { return self }
        let isMirrored = [.topRight, .bottomRight, .rightTop, .rightBottom].contains(orientation)
        let isUpsideDown = [.bottomRight, .bottomLeft, .rightBottom, .leftBottom].contains(orientation)
        let (columns, rows) = orientation.isTransposed ? (height, width) : (width, height)
        let channels = colours.rawValue
        var values = [UInt8](repeating: 0, count: pixels.count)
        for row in 0..<rows {
            for column in 0..<columns {
                let shownRow = isUpsideDown ? rows - 1 - row : row
                let shownColumn = isMirrored ? columns - 1 - column : column
                let (y, x) = orientation.isTransposed ? (shownColumn, shownRow) : (shownRow, shownColumn)
                for channel in 0..<channels {
                    values[(row * columns + column) * channels + channel] = pixels[(y * width + x) * channels + channel]
                }
            }
        }
        return Raster(width: columns, height: rows, colours: colours, pixels: values) ?? self
    }
}
