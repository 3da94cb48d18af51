import Files
import Foundation

/// Prints results as JSON.
enum JSONOutput {
    /// Prints a value as one JSON text on standard output, with sorted keys.
    ///
    /// - Throws: `EncodingError` when a number is not finite.
    static func print(_ value: some Encodable) throws {
        Swift.print(String(decoding: try JSONFile.encode(value), as: UTF8.self))
    }
}
