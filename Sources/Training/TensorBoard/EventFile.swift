import Files
import Foundation

/// A file of events for TensorBoard.
///
/// It is a sequence of TFRecords: the length of the event, the masked CRC-32C of the length, the
/// event, and its masked CRC-32C. Source: TensorFlow, `tsl/lib/io/record_writer.h`.
public struct EventFile: Sendable {
    /// The path of the file.
    public let path: String

    /// Creates a reference to the file of a folder, which need not exist.
    public init(folder: String) { path = "\(folder)/events.out.tfevents.highmmt" }

    /// Removes the events of later steps, and everything after the first damaged event.
    ///
    /// - Returns: True if no event is left. The file then has only the head that the format needs.
    /// - Throws: `FileError` when the file cannot be read or written.
    func truncate(after step: Int) throws -> Bool {
        try Folder.make(Folder.parent(of: path))
        var kept: [UInt8] = []
        if step >= 0 {
            let records = Self.records(Array(try Folder.contents(ofFile: path) ?? Data()))
            kept = records.filter { ProtocolMessage.integer(2, in: $0.event) ?? 0 <= step }.flatMap(\.whole)
        }
        guard kept.isEmpty else {
            try AtomicFile.write(kept, to: path)
            return false
        }
        var head = ProtocolMessage()
        head.add(1, double: Date().timeIntervalSince1970)
        head.add(3, text: "brain.Event:2")
        try AtomicFile.write(Self.record(head.bytes), to: path)
        return true
    }

    /// Appends an event with summaries.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    func append(step: Int, _ summaries: EventSummaries) throws {
        guard !FileChanges.areLeftToLead else { return }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw FileError(path: path, reason: "cannot be written")
        }
        defer { try? handle.close() }
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: Self.record(Self.event(step: step, summaries)))
        } catch {
            throw FileError(path: path, reason: "cannot be written: \(error.oneLine)")
        }
    }

    /// Replaces the file with summaries of step 0. A file that already has them keeps its times.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(_ summaries: EventSummaries) throws {
        try Folder.removeUnfinished(in: Folder.parent(of: path))
        let records = Self.records(Array(FileManager.default.contents(atPath: path) ?? Data()))
        let event = Self.event(step: 0, summaries)
        let length = Self.timeLength
        if records.count == 2, records[1].event.dropFirst(length).elementsEqual(event.dropFirst(length)) { return }
        _ = try truncate(after: -1)
        try append(step: 0, summaries)
    }

    /// The number of bytes at the beginning of an event that hold its time.
    static let timeLength = 9

    private static func event(step: Int, _ summaries: EventSummaries) -> [UInt8] {
        var event = ProtocolMessage()
        event.add(1, double: Date().timeIntervalSince1970)
        event.add(2, integer: step)
        event.add(5, bytes: summaries.message.bytes)
        return event.bytes
    }

    static func record(_ event: [UInt8]) -> [UInt8] {
        func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let length = littleEndian(UInt64(event.count))
        return length + littleEndian(CRC32C.masked(length)) + event + littleEndian(CRC32C.masked(event))
    }

    /// Returns the undamaged records at the beginning of a file.
    static func records(_ bytes: [UInt8]) -> [(whole: ArraySlice<UInt8>, event: ArraySlice<UInt8>)] {
        func number(_ range: Range<Int>) -> UInt64 {
            bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        var records: [(whole: ArraySlice<UInt8>, event: ArraySlice<UInt8>)] = []
        var start = 0
        while bytes.count - start >= 16, number(start..<start + 8) <= UInt64(bytes.count - start - 16) {
            let end = start + 12 + Int(number(start..<start + 8))
            let event = bytes[start + 12..<end]
            guard number(start + 8..<start + 12) == UInt64(CRC32C.masked(bytes[start..<start + 8])),
                number(end..<end + 4) == UInt64(CRC32C.masked(event))
            else { break }
            records.append((bytes[start..<end + 4], event))
            start = end + 4
        }
        return records
    }
}

/// The CRC-32C checksum (Castagnoli).
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 {
            let isOdd = value & 1 == 1
            value >>= 1
            if isOdd { value ^= 0x82F6_3B78 }
        }
        return value
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value = ~UInt32(0)
        for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
        return ~value
    }

    /// The checksum as TFRecords store it, so that records of records have no simple checksums.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let crc = of(bytes)
        return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
    }
}
