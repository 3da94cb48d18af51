import Multimodal

/// Turns speech into tokens: the log-mel frames of 25 ms every 10 ms, four of them side by side.
struct SpeechTokens {
    /// Most tokens of a sample; what is longer is cut.
    let tokens: Int
    private let spectrogram: MelSpectrogram
    private static let bands = 40
    private static let framesPerToken = 4

    /// - Parameters:
    ///   - rate: samples per second.
    ///   - longest: samples of the longest recording.
    init(rate: Int, longest: Int) {
        spectrogram = MelSpectrogram(
            rate: rate,
            bands: Self.bands,
            window: rate / 40,
            hop: rate / 100,
            size: rate / 40
        )
        let frames = spectrogram.frames(of: longest)
        tokens = (frames + Self.framesPerToken - 1) / Self.framesPerToken
    }

    /// How a dataset describes it.
    var description: ModalityDescription {
        ModalityDescription(
            kind: .speech,
            axes: [tokens],
            channels: Self.bands * Self.framesPerToken,
            patch: [Self.framesPerToken],
            description: "logarithm of the energy in 40 mel bands, 25 ms frames every 10 ms, four frames a token"
        )
    }

    /// Numbers `[tokens, channels]` of a recording, and which tokens are within it; the last repeats its last frame.
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
