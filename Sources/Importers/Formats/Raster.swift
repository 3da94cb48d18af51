import Files

/// An image: rows of pixels with one (gray) or three (red, green, blue) channels in 0…255.
public struct Raster: Hashable, Sendable {
    /// The channels of a pixel.
    public enum Colours: Int, Hashable, Sendable {
        /// One channel.
        case gray = 1
        /// Red, green and blue.
        case rgb = 3
    }

    /// The limit of pixels to decode.
    static var maximumPixels: Int { FileMemory.limit / 8 }

    /// The number of pixels per row.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// The channels of a pixel.
    public let colours: Colours
    /// The values, `[height, width, channels]`, row-major.
    public let pixels: [UInt8]

    /// Creates an image; `nil` if the number of values does not match the size.
    public init?(width: Int, height: Int, colours: Colours, pixels: [UInt8]) {
        guard width > 0, height > 0, width <= Self.maximumPixels / height,
            pixels.count == width * height * colours.rawValue
        else { return nil }
        self.width = width
        self.height = height
        self.colours = colours
        self.pixels = pixels
    }

    static func checkSize(_ width: Int, _ height: Int, file: String) throws {
        guard width > 0, height > 0, width <= maximumPixels / height else {
            throw ReaderError(
                file: file,
                reason: "claims \(width) × \(height) pixels, expected at most \(maximumPixels) in total; "
                    + FileMemory.advice)
        }
    }
}
