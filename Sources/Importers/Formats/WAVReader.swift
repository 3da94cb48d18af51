import CSndFile
import Files

/// Reads WAV files with libsndfile: integers of 8, 16, 24 or 32 bits, and floating point, also with
/// 64-bit sizes (RF64).
public enum WAVReader {
    /// The default limit of decoded samples.
    public static var defaultLimit: Int { FileMemory.limit / 4 }

    private static let blockSize = 1 << 14
    private static let maximumChannels = 64

    /// Reads audio.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - limit: The limit of samples over all channels; the length that a header states is not
    ///     trusted.
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    public static func sound(path: String, limit: Int = defaultLimit) throws -> Sound {
        try sound(ByteRegion(path: path), file: path, limit: limit)
    }

    /// Reads audio from bytes that are already open; errors name `file`.
    ///
    /// - Throws: `ReaderError` naming the file and the problem.
    public static func sound(_ region: ByteRegion, file: String, limit: Int = defaultLimit) throws -> Sound {
        try region.withBytes { bytes in
            guard FileSignature(of: bytes) == .wav else {
                try ByteRegion.check(bytes, "a WAV sound", file: file)
                throw ReaderError(file: file, position: .byte(0), reason: "not a WAV file")
            }
            return try decoded(bytes, file: file, limit: limit)
        }
    }

    /// Decodes audio of any format that libsndfile reads.
    static func decoded(_ bytes: UnsafeRawBufferPointer, file: String, limit: Int = defaultLimit) throws -> Sound {
        try SoundTruncation.check(bytes, file: file)
        return try open(bytes, file: file) { try decode($0, $1, $2, file: file, limit: limit) }
    }

    /// Returns the sampling rate and the number of samples per channel that a header claims.
    static func header(_ bytes: UnsafeRawBufferPointer, file: String) throws -> (rate: Int, count: Int) {
        try open(bytes, file: file) { _, information, _ in (Int(information.samplerate), Int(information.frames)) }
    }

    private static func open<Result>(
        _ bytes: UnsafeRawBufferPointer, file: String,
        _ body: (OpaquePointer, SF_INFO, UnsafeMutablePointer<Source>) throws -> Result
    ) throws -> Result {
        var source = Source(bytes: bytes)
        return try withUnsafeMutablePointer(to: &source) { source in
            var information = SF_INFO()
            var access = Source.access
            guard let handle = sf_open_virtual(&access, Int32(SFM_READ), &information, source) else {
                throw failure(nil, source, file)
            }
            defer { sf_close(handle) }
            return try body(handle, information, source)
        }
    }

    private static func decode(
        _ handle: OpaquePointer, _ information: SF_INFO, _ source: UnsafeMutablePointer<Source>, file: String,
        limit: Int
    ) throws -> Sound {
        let channels = Int(information.channels)
        guard (1...maximumChannels).contains(channels), information.samplerate > 0 else {
            throw ReaderError(
                file: file, position: .byte(source.pointee.position),
                reason: "\(channels) channels at \(information.samplerate) Hz, expected 1 to \(maximumChannels)")
        }
        var samples: [Float] = []
        var block = [Float](repeating: 0, count: blockSize / channels * channels)
        while true {
            let frames = sf_readf_float(handle, &block, sf_count_t(block.count / channels))
            guard frames > 0 else { break }
            guard samples.count + Int(frames) * channels <= limit else {
                throw ReaderError(file: file, reason: "has more than \(limit) samples; \(FileMemory.advice)")
            }
            samples.append(contentsOf: block[..<(Int(frames) * channels)])
        }
        guard sf_error(handle) == 0 else { throw failure(handle, source, file) }
        guard samples.count / channels == information.frames else {
            throw ReaderError(
                file: file, position: .byte(source.pointee.position),
                reason: "\(samples.count / channels) samples, but the header claims \(information.frames): truncated?")
        }
        guard let bad = samples.firstIndex(where: { !$0.isFinite }) else {
            return Sound(rate: Int(information.samplerate), samples: samples, channels: channels)
        }
        throw ReaderError(file: file, reason: "sample \(bad) is \(samples[bad]), expected finite numbers")
    }

    private static func failure(
        _ handle: OpaquePointer?,
        _ source: UnsafeMutablePointer<Source>,
        _ file: String
    ) -> ReaderError {
        let message = sf_strerror(handle).map { String(cString: $0) } ?? "cannot be decoded"
        return ReaderError(
            file: file, position: .byte(source.pointee.position),
            reason: message.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// Bytes in memory that libsndfile reads like a file.
    private struct Source {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        static var access: SF_VIRTUAL_IO {
            SF_VIRTUAL_IO(
                get_filelen: { context in sf_count_t(Source.at(context)?.pointee.bytes.count ?? 0) },
                seek: { offset, origin, context in
                    guard let source = Source.at(context) else { return -1 }
                    let start =
                        switch origin {
                        case SEEK_SET: 0
                        case SEEK_CUR: source.pointee.position
                        default: source.pointee.bytes.count
                        }
                    let (target, overflow) = start.addingReportingOverflow(Int(offset))
                    guard !overflow, target >= 0 else { return -1 }
                    source.pointee.position = min(target, source.pointee.bytes.count)
                    return sf_count_t(source.pointee.position)
                },
                read: { destination, wanted, context in
                    guard let source = Source.at(context), let destination, wanted > 0 else { return 0 }
                    let start = source.pointee.position
                    let count = min(Int(wanted), source.pointee.bytes.count - start)
                    guard count > 0 else { return 0 }
                    UnsafeMutableRawBufferPointer(start: destination, count: count)
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.pointee.bytes[start..<start + count]))
                    source.pointee.position = start + count
                    return sf_count_t(count)
                },
                write: { _, _, _ in 0 },
                tell: { context in sf_count_t(Source.at(context)?.pointee.position ?? 0) }
            )
        }

        private static func at(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Source>? {
            context?.assumingMemoryBound(to: Source.self)
        }
    }
}
