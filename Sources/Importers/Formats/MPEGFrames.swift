import Files

/// The frames of an MP3 file, whose number tells whether it is whole.
///
/// Format: ISO 11172-3, section 2.4.1; ID3v2.4, section 3.1; the first frame of encoders with a
/// variable rate states the number of frames after "Xing" or "Info".
enum MPEGFrames {
    private static let ratesOfFirst = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let ratesOfSecond = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

    /// One frame header.
    private struct Frame {
        let size: Int
        /// The place of the Xing header after the start of the frame.
        let information: Int
    }

    /// Checks that the last frame is complete, and that there are as many as the first one states.
    ///
    /// Files of other formats are not looked at.
    ///
    /// - Throws: `ReaderError` naming the file and what is missing.
    static func check(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        var position = start(bytes)
        guard position + 4 <= bytes.count, let first = frame(bytes, at: position) else { return }
        let stated = statedFrames(bytes, at: position + first.information)
        var count = 0
        while position + 4 <= bytes.count, let frame = frame(bytes, at: position) {
            guard position + frame.size <= bytes.count else {
                throw ReaderError(
                    file: file, position: .byte(position),
                    reason:
                        "truncated: the last frame needs \(frame.size) bytes, but \(bytes.count - position) follow; "
                        + "copy or download it again")
            }
            position += frame.size
            count += 1
        }
        // Most encoders do not count the frame with the number itself, so one more may be there.
        guard let stated, count < stated else { return }
        throw ReaderError(
            file: file,
            reason: "truncated: the first frame states \(stated) frames, but \(count - 1) follow; copy or "
                + "download it again")
    }

    /// Returns the place of the first frame, after the tags that players show.
    private static func start(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 10, bytes.starts(with: "ID3".utf8) else { return 0 }
        let size = bytes[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        return 10 + size + (bytes[5] & 0x10 != 0 ? 10 : 0)
    }

    /// Reads a header of layer III; `nil` for other bytes.
    private static func frame(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Frame? {
        let (second, third, fourth) = (bytes[position + 1], bytes[position + 2], bytes[position + 3])
        guard bytes[position] == 0xFF, second & 0xE6 == 0xE2 else { return nil }
        let version = Int(second >> 3) & 3
        let (rateIndex, samplingIndex) = (Int(third >> 4), Int(third >> 2) & 3)
        guard version != 1, (1...14).contains(rateIndex), samplingIndex < 3 else { return nil }
        let isFirst = version == 3
        let rate = (isFirst ? ratesOfFirst : ratesOfSecond)[rateIndex] * 1000
        let sampling = [44_100, 48_000, 32_000][samplingIndex] / (isFirst ? 1 : version == 2 ? 2 : 4)
        let isMono = fourth >> 6 == 3
        let side = isFirst ? (isMono ? 17 : 32) : (isMono ? 9 : 17)
        return Frame(
            size: (isFirst ? 144 : 72) * rate / sampling + Int(third >> 1) & 1, information: 4 + side)
    }

    /// Returns the number of frames that an encoder states; `nil` if it does not.
    private static func statedFrames(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int? {
        guard position + 12 <= bytes.count else { return nil }
        let name = bytes[position..<position + 4]
        guard name.elementsEqual("Xing".utf8) || name.elementsEqual("Info".utf8), bytes[position + 7] & 1 != 0 else {
            return nil
        }
        return bytes[position + 8..<position + 12].reduce(0) { $0 << 8 | Int($1) }
    }
}
