import Files
import Foundation

/// Prints results for machines.
enum JSONOutput {
    /// One JSON text on standard output, keys in order.
    static func print(_ value: some Encodable) throws {
        Swift.print(String(decoding: try JSONFile.encode(value), as: UTF8.self))
    }
}
