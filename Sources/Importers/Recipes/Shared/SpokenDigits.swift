import Foundation
import Multimodal

/// The recordings of the Free Spoken Digit Dataset: `digit_speaker_take.wav`, 8 kHz, one channel.
struct SpokenDigits {
    /// Samples per second.
    static let rate = 8000
    /// The speakers, in the order of their classes.
    static let speakers = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"]

    /// Who speaks: splits have other recordings of the same people.
    static let speakerGroup = GroupDescription(
        description: "who speaks; splits are by take, as the publishers' are, and share the speakers",
        disjoint: false
    )

    /// One recording.
    struct Recording {
        let digit: Int
        /// Index into `speakers`.
        let speaker: Int
        let take: Int
        let samples: [Float]

        /// Takes 0 to 4 are the publishers' test part; the next five validate.
        var split: Split {
            switch take {
            case 0..<5: .test
            case 5..<10: .valid
            default: .train
            }
        }
    }

    /// All recordings, by digit, speaker and take.
    let recordings: [Recording]

    /// Reads a folder.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file: for names that say no digit, speaker and take, and other rates.
    init(folder: String, progress: (RecipeProgress) -> Void) throws {
        let names = try FolderListing.files(in: folder, endingWith: ".wav")
        var recordings: [Recording] = []
        for (index, name) in names.enumerated() {
            if index % 100 == 0 {
                progress(RecipeProgress(stage: "recordings", done: index, total: names.count))
            }
            let path = "\(folder)/\(name)"
            let parts = name.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
            guard parts.count == 3, let digit = Int(parts[0]), (0...9).contains(digit), let take = Int(parts[2]),
                take >= 0, let speaker = Self.speakers.firstIndex(of: String(parts[1]))
            else { throw ReaderError(file: path, reason: "expected a name such as 7_theo_12.wav") }
            let sound = try WAVReader.sound(path: path)
            guard sound.rate == Self.rate, !sound.samples.isEmpty else {
                throw ReaderError(
                    file: path,
                    reason: "\(sound.samples.count) samples at \(sound.rate) Hz, expected some at \(Self.rate) Hz"
                )
            }
            recordings.append(Recording(digit: digit, speaker: speaker, take: take, samples: sound.mono))
        }
        guard !recordings.isEmpty else { throw ReaderError(file: folder, reason: "no .wav files") }
        self.recordings = recordings.sorted { ($0.digit, $0.speaker, $0.take) < ($1.digit, $1.speaker, $1.take) }
    }

    static let source = "Free Spoken Digit Dataset (FSDD), https://github.com/Jakobovski/free-spoken-digit-dataset"
    static let licence = "CC BY-SA 4.0"
    static let citation = "Jackson, Z. et al. Free Spoken Digit Dataset, 2018. doi:10.5281/zenodo.1342401"
}
