import Multimodal

/// The observations of one sample.
struct ObservationRecord {
    /// One measured value.
    struct Observation {
        /// The time in minutes since the start.
        let minute: Int
        /// An index into the repeated quantities.
        let quantity: Int
        let value: Float
    }

    /// The known values that are stated once, by name.
    let once: [String: Float]
    /// The observations in chronological order.
    let observations: [Observation]
}

/// Reads files whose lines hold a time, a quantity and a value, after a line of headings.
struct ObservationFile {
    /// The lines that a file has and the record lacks.
    struct LeftOut {
        var (unnamed, unknown, late, other) = (0, 0, 0, 0)
    }

    private let hours: Int
    private let least: Float
    private let once: Set<String>
    private let indices: [String: Int]

    /// Creates a reader for quantities, of which only the names matter.
    init(_ quantities: ObservedQuantities) {
        hours = quantities.hours
        least = quantities.least.map { Float($0) } ?? -.infinity
        once = Set(quantities.once.map(\.name))
        indices = quantities.repeated.enumerated().reduce(into: [:]) { $0[$1.element.name] = $1.offset }
    }

    /// Returns the record of a file, and the number of lines left out.
    ///
    /// - Throws: `ReaderError` naming file and line for a line without time, quantity and value.
    func record(_ region: ByteRegion, file: String) throws -> (ObservationRecord, LeftOut) {
        var left = LeftOut()
        var values: [String: Float] = [:]
        var observations: [ObservationRecord.Observation] = []
        try Self.visit(region, file: file) { minute, name, value in
            if name.isEmpty {
                left.unnamed += 1
            } else if once.contains(name) {
                if value >= least { values[name] = value } else { left.unknown += 1 }
            } else if let quantity = indices[name], value >= least, minute <= hours * 60 {
                observations.append(.init(minute: minute, quantity: quantity, value: value))
            } else if value < least {
                left.unknown += 1
            } else if minute > hours * 60 {
                left.late += 1
            } else {
                left.other += 1
            }
        }
        observations.sort { ($0.minute, $0.quantity) < ($1.minute, $1.quantity) }
        return (ObservationRecord(once: values, observations: observations), left)
    }

    /// Adds the names of a file to others, and returns its last minute.
    ///
    /// - Throws: As ``record(_:file:)``.
    static func scan(_ region: ByteRegion, file: String, names: inout Set<String>) throws -> Int {
        var last = 0
        try visit(region, file: file) { minute, name, _ in
            if !name.isEmpty { names.insert(name) }
            last = max(last, minute)
        }
        return last
    }

    /// Calls `body` with time, quantity and value of each line. A few published records contain
    /// lines without a quantity, whose values may be missing as well.
    private static func visit(
        _ region: ByteRegion, file: String, _ body: (_ minute: Int, _ name: String, _ value: Float) -> Void
    ) throws {
        let lines = region.withBytes { $0.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) } }
        for (index, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmingWhitespace)
            if fields.count == 3, fields[1].isEmpty {
                body(0, "", 0)
                continue
            }
            guard fields.count == 3, let minute = minute(fields[0]), let value = Float(fields[2]), value.isFinite else {
                throw ReaderError(
                    file: file, position: .line(index + 1),
                    reason: "'\(line.prefix(60))', expected time, parameter and value")
            }
            body(minute, fields[1], value)
        }
    }

    /// Returns the minutes of a time such as 07:30.
    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]),
            (0...1_000_000).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }
}

extension Substring {
    /// The text without leading and trailing whitespace.
    fileprivate var trimmingWhitespace: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
