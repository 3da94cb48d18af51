import Foundation
import TestSupport
import Testing

@testable import Training

/// The files for TensorBoard. Its own reader reads them in `python/tests/test_tensorboard.py`.
@Suite("TensorBoard")
struct TensorBoardTests {
    /// The check value of the catalogue of CRC algorithms, and that of RFC 3720, B.4.
    @Test func checksums() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    }

    /// The examples of the documentation of the wire format.
    @Test func messages() {
        var message = ProtocolMessage()
        message.add(1, integer: 150)
        message.add(2, text: "testing")
        #expect(message.bytes == [0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        message.add(3) { $0.add(1, integer: 150) }
        #expect(message.bytes.suffix(5) == [0x1A, 0x03, 0x08, 0x96, 0x01])
        #expect(ProtocolMessage.integer(1, in: message.bytes[...]) == 150)
        #expect(ProtocolMessage.integer(4, in: message.bytes[...]) == nil)
    }

    /// The events without the times at which they were written, and without durations.
    private func events(_ file: EventFile) throws -> [[UInt8]] {
        let content = try Data(contentsOf: URL(fileURLWithPath: file.path))
        let records = EventFile.records(Array(content))
        #expect(records.reduce(0) { $0 + $1.whole.count } == content.count)
        let duration = Array("seconds_per_step".utf8)
        return records.map { Array($0.event.dropFirst(EventFile.timeLength)) }.filter { event in
            !event.indices.contains { event[$0...].starts(with: duration) }
        }
    }

    @Test("an interrupted training leaves the events of an uninterrupted one")
    func resuming() throws {
        let synthetic = try SyntheticSuite()
        func file(_ run: String) -> EventFile {
            EventFile(folder: "\(synthetic.directory(run).tensorBoardPath)/stage1")
        }
        try synthetic.train("whole", ["training.epochs=3"])
        let whole = try events(file("whole"))
        // The head, the settings and three epochs.
        #expect(whole.count == 5)
        #expect(whole.map { ProtocolMessage.integer(2, in: $0[...]) ?? 0 } == [0, 0, 1, 2, 3])
        try synthetic.train("stopped", ["training.epochs=3"], stoppingAfter: [3, 8])
        #expect(try events(file("stopped")) == whole)
    }

    @Test("events after the last checkpoint, and damaged ones, are removed")
    func truncating() throws {
        let folder = try TemporaryFolder()
        let file = EventFile(folder: folder.path("events"))
        #expect(try file.truncate(after: 0))
        for step in 1...3 {
            var summaries = EventSummaries()
            summaries.add("loss", Double(step))
            try file.append(step: step, summaries)
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
        #expect(try !file.truncate(after: 2))
        #expect(try events(file).count == 3)
        try whole.dropLast(1).write(to: URL(fileURLWithPath: file.path))
        #expect(try !file.truncate(after: 9))
        #expect(try events(file).count == 3)
        var picture = EventSummaries()
        picture.add("distances", matrix: [[nil, 0.5], [-1, nil]])
        let other = EventFile(folder: folder.path("matrix"))
        try other.write(picture)
        let before = try Data(contentsOf: URL(fileURLWithPath: other.path))
        try other.write(picture)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other.path)) == before)
        picture.add("more", 1)
        try other.write(picture)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other.path)) != before && events(other).count == 2)
        var damaged = whole
        damaged[20] ^= 1
        try damaged.write(to: URL(fileURLWithPath: file.path))
        #expect(try file.truncate(after: 9))
        #expect(try events(file).count == 1)
    }
}
