/// Reads sound files of every format that libsndfile knows, such as WAV, RF64, FLAC and Ogg Vorbis.
package enum SoundFile {
    /// The endings of file names.
    static let endings = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "aif", "aiff", "au", "rf64", "w64", "caf", "mp3",
    ]

    /// Reads a sound.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    package static func sound(path: String) throws -> Sound {
        let region = try ByteRegion(path: path)
        try region.check("sound", accepting: [.wav, .aiff, .flac, .ogg, .mp3], file: path)
        let sound = try region.withBytes { try WAVReader.decoded($0, file: path) }
        guard !sound.samples.isEmpty else { throw ReaderError(file: path, reason: "holds no sound") }
        return sound
    }

    /// Returns the sampling rate and the number of samples per channel that the header claims.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    static func header(path: String) throws -> (rate: Int, count: Int) {
        let region = try ByteRegion(path: path)
        try region.check("sound", accepting: [.wav, .aiff, .flac, .ogg, .mp3], file: path)
        return try region.withBytes { try WAVReader.header($0, file: path) }
    }
}
