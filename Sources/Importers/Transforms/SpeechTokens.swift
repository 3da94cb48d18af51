import Multimodal

/// Turns speech into tokens of four consecutive log-mel frames (25 ms every 10 ms).
struct SpeechTokens {
    /// The limit of tokens per sample; longer recordings are cut.
    let tokens: Int
    private let spectrogram: MelSpectrogram
    private static let bands = 40
    private static let framesPerToken = 4

    /// Creates a tokeniser.
    ///
    /// - Parameters:
    ///   - rate: The sampling rate in hertz.
    ///   - longest: The number of samples of the longest recording.
    init(rate: Int, longest: Int) {
        spectrogram = Self.spectrogram(rate: rate)
        tokens = Self.tokens(of: longest, spectrogram)
    }

    /// Creates a tokeniser with a limit of tokens.
    init(rate: Int, tokens: Int) {
        spectrogram = Self.spectrogram(rate: rate)
        self.tokens = tokens
    }

    private static func spectrogram(rate: Int) -> MelSpectrogram {
        MelSpectrogram(rate: rate, bands: bands, window: rate / 40, hop: rate / 100, size: rate / 40)
    }

    private static func tokens(of samples: Int, _ spectrogram: MelSpectrogram) -> Int {
        (spectrogram.frames(of: samples) + framesPerToken - 1) / framesPerToken
    }

    /// Returns the number of tokens of a whole recording.
    func tokens(of samples: Int) -> Int { Self.tokens(of: samples, spectrogram) }

    /// The description of the modality in a dataset.
    var description: ModalityDescription {
        ModalityDescription(
            kind: .speech, axes: [tokens], channels: Self.bands * Self.framesPerToken, patch: [Self.framesPerToken],
            description: "logarithm of the energy in 40 mel bands, 25 ms frames every 10 ms, four frames a token")
    }

    /// Returns the values `[tokens, channels]` of a recording and its valid tokens. The last frame
    /// is repeated to fill the last token.
    func values(of samples: [Float]) -> (values: [Float], valid: [Bool]) {
        var frames = spectrogram.logEnergies(samples)
        let count = min(tokens, (frames.count / Self.bands + Self.framesPerToken - 1) / Self.framesPerToken)
        let width = Self.bands * Self.framesPerToken
        while frames.count < count * width { frames.append(contentsOf: frames.suffix(Self.bands)) }
        var values = Array(frames.prefix(count * width))
        values.append(contentsOf: [Float](repeating: 0, count: tokens * width - values.count))
        return (values, (0..<tokens).map { $0 < count })
    }
}
