import Files
import Foundation
import TestSupport
import Testing
import Torch

@Suite struct SafetensorsChecksumTests {
    private let tensors = [
        "weight": SafetensorsTensor([1, -2.5, 3, 0.125, 7, 9] as [Float], shape: [2, 3]),
        "count": SafetensorsTensor([4, 5] as [Int64], shape: [2]),
    ]

    private func read(_ path: String) throws -> [String: [UInt8]] {
        let file = try SafetensorsFile(path: path)
        try file.check(advice: "train again")
        return try Dictionary(
            uniqueKeysWithValues: file.entries.keys.map { ($0, try file.withBytes(of: $0) { Array($0) }) })
    }

    /// The checksum covers the whole file, with zeros in its own place: a program with a CRC-32 can
    /// verify it.
    @Test func theChecksumIsThatOfTheFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        try SafetensorsWriter.write(tensors, isChecked: true, to: path)
        let stated = try #require(try SafetensorsFile(path: path).statedChecksum)
        let text = String(decoding: try folder.bytes("a.safetensors"), as: Unicode.ASCII.self)
        #expect(text.contains("{\"checksum\":\"\(stated)\"}"))
        var bytes = try folder.bytes("a.safetensors")
        let place = try #require(bytes.withUnsafeBytes { Checksum.place(of: stated, in: $0) })
        bytes.replaceSubrange(place, with: Array("crc32:00000000".utf8))
        #expect(bytes.withUnsafeBytes { Checksum($0) }.text == stated)
        #expect(try read(path) == tensors.mapValues(\.bytes))
    }

    /// Every flipped bit is an error, or leaves all values as they were.
    @Test func everyFlippedBitIsNoticed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        try SafetensorsWriter.write(tensors, isChecked: true, to: path)
        let bytes = try folder.bytes("a.safetensors")
        var accepted: Set<Int> = []
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << bit
                try folder.write(changed, to: "a.safetensors")
                guard let values = try? read(path) else { continue }
                #expect(values == tensors.mapValues(\.bytes), "bit \(bit) of byte \(position)")
                accepted.insert(position)
            }
        }
        // Without its key, the checksum is not found.
        #expect(accepted.count <= "checksum".utf8.count)
    }

    @Test func zerosAndCutsAreNoticed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        try SafetensorsWriter.write(tensors, isChecked: true, to: path)
        let bytes = try folder.bytes("a.safetensors")
        let data = tensors.values.reduce(0) { $0 + $1.bytes.count }
        try folder.write(bytes.dropLast(data) + Array(repeating: 0, count: data), to: "a.safetensors")
        #expect {
            try read(path)
        } throws: {
            "\($0)".hasPrefix("\(path): is damaged: its checksum is crc32:") && "\($0)".hasSuffix("; train again")
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            try folder.write(Array(bytes.prefix(count)), to: "a.safetensors")
            #expect(throws: (any Error).self) { try read(path) }
        }
    }

    @Test func filesWithoutChecksumPass() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path)
        #expect(try read(path) == tensors.mapValues(\.bytes))
        #expect(try SafetensorsFile(path: path).statedChecksum == nil)
    }
}
