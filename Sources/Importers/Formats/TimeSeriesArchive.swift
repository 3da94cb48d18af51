/// A `.ts` file of the time-series classification archive: series with one or more dimensions and
/// individual lengths.
///
/// Format: https://www.timeseriesclassification.com. A header of `@` lines is followed by one case
/// per line: dimensions separated by colons, values by commas, and the class label last.
public struct TimeSeriesArchive: Sendable {
    /// A case: one labelled series.
    public struct Case: Sendable {
        /// The values of each dimension; a missing value is NaN.
        public let dimensions: [[Double]]
        /// The class as an index into `classes`; `nil` in a file without labels.
        public let label: Int?

        /// The case without the steps at its end in which all dimensions are missing, by which some
        /// archives pad cases to equal lengths.
        var withoutPadding: Case {
            let longest = dimensions.map(\.count).max() ?? 0
            let last = (0..<longest).last { step in dimensions.contains { step < $0.count && !$0[step].isNaN } }
            return Case(dimensions: dimensions.map { Array($0.prefix((last ?? -1) + 1)) }, label: label)
        }
    }

    /// The name in the file's header.
    public let name: String
    /// The names of the classes in header order; empty in a file without labels.
    public let classes: [String]
    /// The cases in file order, all with the same number of dimensions.
    public let cases: [Case]

    private static let maximumDimensions = 100_000

    /// Reads a file.
    ///
    /// - Throws: `FileError`; `ReaderError` naming file and line for time stamps, which are not
    ///   supported, for labels missing from the header, and for cases whose dimensions or lengths
    ///   differ from the header.
    public init(path: String) throws {
        var lines = try TextLines(path: path)
        var header = Header()
        var cases: [Case] = []
        while let line = lines.next() {
            guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }), first != UInt8(ascii: "#") else {
                continue
            }
            if !header.isComplete {
                try header.read(line, lines)
            } else {
                cases.append(try Self.parse(line, header, lines))
            }
        }
        guard header.isComplete else { throw lines.failure("no @data line: truncated, or not a .ts file") }
        guard let dimensions = cases.first?.dimensions.count else { throw lines.failure("no cases") }
        guard cases.allSatisfy({ $0.dimensions.count == dimensions }) else {
            throw lines.failure("the cases differ in their number of dimensions")
        }
        name = header.name
        classes = header.classes
        self.cases = cases
    }

    private static func parse(_ line: [UInt8], _ header: Header, _ lines: TextLines) throws -> Case {
        var parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= maximumDimensions else { throw lines.failure("\(parts.count) dimensions") }
        var label: Int?
        if !header.classes.isEmpty {
            let name = trimmed(parts.removeLast())
            guard let index = header.classes.firstIndex(of: name) else {
                let known = header.classes.prefix(20).joined(separator: ", ")
                throw lines.failure("class '\(name.prefix(40))', expected one of \(known)")
            }
            label = index
        }
        guard !parts.isEmpty, header.dimensions ?? parts.count == parts.count else {
            throw lines.failure("\(parts.count) dimensions, expected \(header.dimensions ?? 1)")
        }
        let dimensions = try parts.map { part in
            try part.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
                let text = trimmed(field)
                if text == "?" || text.lowercased() == "nan" { return Double.nan }
                guard let value = Double(text), value.isFinite else {
                    throw lines.failure("'\(text.prefix(40))', expected a number")
                }
                return value
            }
        }
        if let length = header.length, let other = dimensions.first(where: { $0.count != length }) {
            throw lines.failure("\(other.count) values, expected \(length)")
        }
        return Case(dimensions: dimensions, label: label)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.endIndex
        let end = bytes.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? start
        return start < bytes.endIndex ? String(decoding: bytes[start...end], as: UTF8.self) : ""
    }
}

extension TimeSeriesArchive {
    /// The `@` lines.
    private struct Header {
        var name = ""
        var classes: [String] = []
        var dimensions: Int?
        var length: Int?
        var isComplete = false

        mutating func read(_ line: [UInt8], _ lines: TextLines) throws {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
            guard let key = words.first?.lowercased() else { return }
            switch key {
            case "@data": isComplete = true
            case "@problemname": name = words.dropFirst().joined(separator: " ")
            case "@timestamps":
                guard words.last?.lowercased() == "false" else { throw lines.failure("time stamps are not supported") }
            case "@dimensions", "@dimension": dimensions = try number(words, lines)
            case "@serieslength": length = try number(words, lines)
            case "@univariate":
                if words.last?.lowercased() == "true" { dimensions = 1 }
            case "@classlabel":
                guard words.count > 1 else { throw lines.failure("@classLabel needs true or false") }
                classes = words[1].lowercased() == "true" ? Array(words.dropFirst(2)) : []
                guard Set(classes).count == classes.count else { throw lines.failure("duplicate class") }
            case "@missing", "@equallength", "@targetlabel": break
            default: throw lines.failure("unknown header '\(key.prefix(40))'")
            }
        }

        private func number(_ words: [String], _ lines: TextLines) throws -> Int {
            guard words.count == 2, let value = Int(words[1]), (1...1 << 32).contains(value) else {
                throw lines.failure("expected a whole number")
            }
            return value
        }
    }
}
