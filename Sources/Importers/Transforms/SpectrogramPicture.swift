import Multimodal

/// Turns the beginning of a sound into a picture of log energies, cut to square patches.
struct SpectrogramPicture {
    /// The sampling rate in hertz.
    let rate: Int
    /// The frames and the mel bands.
    let size: (frames: Int, bands: Int)
    private let patches: Patches
    private let spectrogram: MelSpectrogram

    /// Creates a picture of frames of 10 ms; `nil` if patches do not divide it.
    init?(rate: Int, frames: Int, bands: Int, patch: Int) {
        guard frames % patch == 0, bands % patch == 0 else { return nil }
        self.rate = rate
        size = (frames, bands)
        patches = Patches(size: (1, frames, bands), patch: (1, patch, patch), channels: 1)
        // Frames of 32 ms, with twice as many frequencies as they resolve, so that each of many
        // bands has one.
        let window = rate / 125 * 4
        spectrogram = MelSpectrogram(rate: rate, bands: bands, window: window, hop: rate / 100, size: 2 * window)
    }

    /// The samples that the picture shows.
    var length: Int { (size.frames - 1) * spectrogram.hop + spectrogram.window }

    /// The modality in a dataset.
    var description: ModalityDescription {
        ModalityDescription(
            kind: .audio, axes: patches.axes, channels: patches.width, patch: patches.sides,
            description:
                "patches of \(patches.patch.rows) × \(patches.patch.columns) log energies: \(size.frames) frames "
                + "of 10 ms, then \(size.bands) mel bands within each")
    }

    /// Returns the patches of a sound, which is cut or filled up with silence.
    func values(of samples: [Float]) -> [Float] {
        let taken = samples.prefix(length)
        let filled = taken + [Float](repeating: 0, count: length - taken.count)
        return patches.cut(spectrogram.logEnergies(Array(filled))[...])
    }
}
