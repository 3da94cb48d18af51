import Multimodal

extension TableSamples {
    /// Reads the sound file of a cell at a sampling rate, as one channel; `nil` if the cell is
    /// missing.
    ///
    /// - Parameter name: The column, by which conversions are counted.
    /// - Throws: As ``file(_:_:_:)``; `ReaderError` for a rate that cannot be converted.
    func sound(
        _ sample: Int, _ column: Int, name: String, rate: Int, tally: inout TableTally
    ) throws -> [Float]? {
        try file(sample, column) { path in
            let sound = try SoundFile.sound(path: path)
            guard sound.rate != rate else { return sound.mono }
            guard let resampling = Resampling(from: sound.rate, to: rate) else {
                throw ReaderError(
                    file: path, reason: "\(sound.rate) Hz cannot be converted to \(rate) Hz, as the other sounds have")
            }
            tally.add(.resampled, name)
            return resampling.resampled(sound.mono)
        }
    }
}

extension TableColumn {
    /// Returns the sampling rate of a column of sound files.
    ///
    /// - Throws: `ConfigurationError` for a column without a rate, or with one below 1000 Hz.
    func soundRate(of name: String, in table: RawTable) throws -> Int {
        guard let rate, rate >= 1000 else {
            throw ConfigurationError(
                file: table.file, key: "columns.\(name).rate",
                reason: "\(rate ?? 0), expected a sampling rate of at least 1000 Hz")
        }
        return rate
    }
}
