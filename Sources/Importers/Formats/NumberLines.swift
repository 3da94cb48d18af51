/// Reads lines of comma-separated numbers quickly.
enum NumberLines {
    /// Visits every line that is not empty.
    ///
    /// - Parameters:
    ///   - region: The bytes of the file.
    ///   - file: The path to name in errors.
    ///   - columns: The number of values per line.
    ///   - visit: Receives the line number, from 1, and the values.
    /// - Throws: `ReaderError` naming file and line, and any error of `visit`.
    static func visit(
        _ region: ByteRegion,
        file: String,
        columns: Int,
        _ visit: (Int, [Double]) throws -> Void
    ) throws {
        try region.withBytes { bytes in
            var line = 1
            var numbers: [Double] = []
            var start = 0
            var index = 0
            while index <= bytes.count {
                let byte = index < bytes.count ? bytes[index] : 0x0A
                if byte == 0x2C || byte == 0x0A {
                    if byte == 0x2C || index > start || !numbers.isEmpty {
                        let text = String(decoding: bytes[start..<index], as: UTF8.self)
                        let field = text.filter { $0 != " " && $0 != "\r" }
                        if byte == 0x2C || !field.isEmpty || !numbers.isEmpty {
                            guard let number = Double(field), number.isFinite, numbers.count < columns else {
                                throw ReaderError(
                                    file: file, position: .line(line),
                                    reason: "'\(text.prefix(40))', expected \(columns) finite numbers")
                            }
                            numbers.append(number)
                        }
                    }
                    start = index + 1
                    if byte == 0x0A {
                        if !numbers.isEmpty {
                            guard numbers.count == columns else {
                                throw ReaderError(
                                    file: file, position: .line(line),
                                    reason: "\(numbers.count) numbers, expected \(columns)")
                            }
                            try visit(line, numbers)
                        }
                        numbers.removeAll(keepingCapacity: true)
                        line += 1
                    }
                }
                index += 1
            }
        }
    }
}
