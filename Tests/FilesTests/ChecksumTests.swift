import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct ChecksumTests {
    private func sum(_ text: String) -> String { Array(text.utf8).withUnsafeBytes { Checksum($0) }.text }

    /// `zlib.crc32(b"123456789")` in Python, and the check value of CRC-32 in the catalogues.
    @Test func valuesAreThoseOfZlib() {
        #expect(sum("123456789") == "crc32:cbf43926")
        #expect(sum("") == "crc32:00000000")
        #expect(sum("The quick brown fox jumps over the lazy dog") == "crc32:414fa339")
        var parts = Checksum()
        for text in ["12345", "", "6789"] { Array(text.utf8).withUnsafeBytes { parts.add($0) } }
        #expect(parts.text == "crc32:cbf43926")
    }

    private struct Note: Codable, Equatable {
        var epoch: Int
        var losses: [Double]
    }

    /// Any changed byte is either an error, or leaves the value as it was.
    @Test(arguments: [JSONFile.Layout.pretty, .compact])
    func aChangedByteOfCheckedJSONIsNoticed(layout: JSONFile.Layout) throws {
        let folder = try TemporaryFolder()
        let note = Note(epoch: 12, losses: [0.125, 2])
        let path = folder.path("note.json")
        try JSONFile.writeChecked(note, to: path, layout: layout)
        let bytes = try folder.bytes("note.json")
        #expect(try JSONFile.read(Note.self, from: path, content: "a note") == note)
        try JSONFile.checkChecksum(Data(bytes), path: path, advice: "")
        var refused = 0
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << bit
                do {
                    let read = try JSONFile.decode(Note.self, from: Data(changed))
                    try JSONFile.checkChecksum(Data(changed), path: path, advice: "repeat it")
                    #expect(read == note, "bit \(bit) of byte \(position)")
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count * 4)
    }

    @Test func theMessageSaysWhatToDo() throws {
        let folder = try TemporaryFolder()
        try JSONFile.writeChecked(Note(epoch: 12, losses: []), to: folder.path("note.json"))
        let text = String(decoding: try folder.bytes("note.json"), as: UTF8.self)
        let changed = text.replacingOccurrences(of: "12", with: "13")
        #expect {
            try JSONFile.checkChecksum(Data(changed.utf8), path: "note.json", advice: "repeat it")
        } throws: {
            "\($0)".hasPrefix("note.json: is damaged: its checksum is crc32:") && "\($0)".hasSuffix("; repeat it")
        }
    }

    /// Files of earlier versions have no checksum.
    @Test func JSONWithoutChecksumPasses() throws {
        for text in ["{\"epoch\":1}", "{}", "[1]", ""] {
            try JSONFile.checkChecksum(Data(text.utf8), path: "x", advice: "")
        }
    }
}
