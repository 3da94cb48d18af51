import Torch

/// The lines of a text file, read in sequence from its mapping.
struct TextLines {
    let file: String
    private let region: ByteRegion
    private var position = 0
    /// The number of the line read last, from 1.
    private(set) var number = 0

    /// Opens a text file.
    ///
    /// - Throws: `FileError` when the file cannot be opened, `ReaderError` when it is not text.
    init(path: String) throws {
        file = path
        region = try ByteRegion(path: path)
        try region.checkText("text", file: path)
        // Some editors mark text by these bytes.
        if region.withBytes({ $0.starts(with: [0xEF, 0xBB, 0xBF]) }) { position = 3 }
    }

    /// Returns the next line without its line end; `nil` after the last line. An empty last line
    /// does not count.
    mutating func next() -> [UInt8]? {
        let start = position
        guard start < region.count else { return nil }
        number += 1
        return region.withBytes { bytes in
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            position = end + 1
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
            return Array(bytes[start..<end])
        }
    }

    func failure(_ reason: String) -> ReaderError {
        ReaderError(file: file, position: .line(number), reason: reason)
    }
}
