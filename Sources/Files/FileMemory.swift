import Foundation

/// The limit of memory for the decoded content of one file.
///
/// A small file can claim, or unpack to, any amount of data. Readers stop at the limit, which the
/// environment can raise.
public enum FileMemory {
    /// The environment variable for another limit, such as `4G`.
    public static let environmentVariable = "HIGHMMT_FILE_MEMORY"

    /// The limit in bytes: that of the environment, else one gibibyte.
    public static let limit = (try? stated) ?? 1 << 30

    /// The advice for content that exceeds the limit.
    public static let advice = "\(environmentVariable), such as 8G, sets another limit"

    /// Checks the value in the environment.
    ///
    /// - Throws: ``FileError`` for a value that is not a number of bytes.
    public static func check() throws { _ = try stated }

    private static var stated: Int? {
        get throws {
            guard let text = ProcessInfo.processInfo.environment[environmentVariable] else { return nil }
            guard let bytes = Self.bytes(text) else {
                throw FileError(
                    path: environmentVariable, reason: "is '\(text)', expected bytes with or without K, M, G or T: 4G")
            }
            return bytes
        }
    }

    /// Returns a number of bytes from a text such as `512M`; `nil` for any other text.
    static func bytes(_ text: String) -> Int? {
        let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
        let shift = text.last.flatMap { shifts[$0] }
        guard let number = Int(shift == nil ? text : String(text.dropLast())), number > 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
        return overflow ? nil : bytes
    }
}
