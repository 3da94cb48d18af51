/// A picture: rows of pixels of one (gray) or three (red, green, blue) channels, 0…255.
public struct Raster: Hashable, Sendable {
    /// What a pixel is.
    public enum Colours: Int, Hashable, Sendable {
        /// One channel.
        case gray = 1
        /// Red, green, blue.
        case rgb = 3
    }

    /// No picture that is decoded has more pixels.
    static let maximumPixels = 1 << 27

    /// Pixels of a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Channels of a pixel.
    public let colours: Colours
    /// `[height, width, channels]`, row-major.
    public let pixels: [UInt8]

    /// Takes pixels; `nil` when they do not fill the size.
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
                reason: "claims \(width) × \(height) pixels, expected at most \(maximumPixels) in all"
            )
        }
    }
}
