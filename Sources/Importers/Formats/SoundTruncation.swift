/// Finds recordings that end before their header says, of which decoders silently return the first
/// part.
enum SoundTruncation {
    /// Sizes from here on are written by programs that did not know the size when they began.
    private static let unknownSize = 0x7FFF_F000

    /// Checks the sizes of a WAV file, the last page of an Ogg file and the frames of an MP3 file.
    ///
    /// - Throws: `ReaderError` naming the file, the stated and the present number of bytes.
    static func check(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        if bytes.starts(with: "OggS".utf8) { return try checkPages(bytes, file: file) }
        try MPEGFrames.check(bytes, file: file)
        guard bytes.count >= 12, bytes[8..<12].elementsEqual("WAVE".utf8) else { return }
        let isBigEndian = bytes.starts(with: "RIFX".utf8)
        func number(_ offset: Int) -> Int {
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            return Int(isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits))
        }
        var position = 12
        var large: Int?
        while position + 8 <= bytes.count {
            let name = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            var size = number(position + 4)
            if name == "ds64", position + 24 <= bytes.count {
                large = Int(
                    exactly: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 16, as: UInt64.self)))
            }
            if name == "data" {
                if size == Int(UInt32.max), let large { size = large } else if size >= unknownSize { return }
                let present = bytes.count - position - 8
                guard size > present else { return }
                throw ReaderError(
                    file: file, position: .byte(position),
                    reason:
                        "truncated: the header states \(size) bytes of sound, but \(present) follow; copy or download "
                        + "it again")
            }
            // Chunks begin at even offsets.
            position += 8 + size + size % 2
        }
    }

    /// Checks that the last page is marked as the end of the sound.
    private static func checkPages(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        var position = 0
        var isEnd = false
        while position + 27 <= bytes.count, bytes[position..<position + 4].elementsEqual("OggS".utf8) {
            let segments = Int(bytes[position + 26])
            guard position + 27 + segments <= bytes.count else { break }
            isEnd = bytes[position + 5] & 4 != 0
            position += 27 + segments + bytes[position + 27..<position + 27 + segments].reduce(0) { $0 + Int($1) }
        }
        guard isEnd, position <= bytes.count else {
            throw ReaderError(
                file: file, reason: "truncated: the last page of sound is missing; copy or download it again")
        }
    }
}
