import Foundation
import Multimodal

/// The recordings of the Free Spoken Digit Dataset: `digit_speaker_take.wav`, 8 kHz, one channel.
struct SpokenDigits {
    /// The sampling rate in Hz.
    static let rate = 8000
    /// The speakers, in class order.
    static let speakers = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"]

    /// The speaker group. Splits contain different recordings of the same speakers.
    static let speakerGroup = GroupDescription(
        description: "who speaks; splits are by take, as the publishers' are, and share the speakers", disjoint: false)

    /// One recording.
    struct Recording {
        let digit: Int
        /// An index into `speakers`.
        let speaker: Int
        let take: Int
        let samples: [Float]

        /// The split: takes 0–4 are the publishers' test part, 5–9 are for validation.
        var split: Split {
            switch take {
            case 0..<5: .test
            case 5..<10: .valid
            default: .train
            }
        }
    }

    /// All recordings, ordered by digit, speaker and take.
    let recordings: [Recording]

    /// Reads all recordings of a folder.
    ///
    /// - Throws: `FileError` when the folder or a file cannot be read; `ReaderError`, naming the
    ///   file, for a name that is not `digit_speaker_take.wav`, an empty recording or a sampling
    ///   rate that cannot be converted.
    init(folder: String, remarks: ImportRemarks, progress: (RecipeProgress) -> Void) throws {
        let names = try FolderListing.files(in: folder, endingWith: ".wav", ".flac", ".ogg", remarks: remarks)
        var recordings: [Recording] = []
        for (index, name) in names.enumerated() {
            if index % 100 == 0 {
                progress(RecipeProgress(stage: "recordings", done: index, total: names.count))
            }
            let path = "\(folder)/\(name)"
            let stem = name.prefix { $0 != "." }
            let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
            guard parts.count == 3, let digit = Int(parts[0]), (0...9).contains(digit), let take = Int(parts[2]),
                take >= 0
            else { throw ReaderError(file: path, reason: "expected a name such as 7_theo_12.wav") }
            guard let speaker = Self.speakers.firstIndex(of: parts[1].lowercased()) else {
                let meant = ClosestName.match(for: parts[1].lowercased(), among: Self.speakers)
                throw ReaderError(
                    file: path,
                    reason: "unknown speaker '\(parts[1])'" + (meant.map { ", did you mean '\($0)'?" } ?? "")
                        + "; the recipe knows \(Self.speakers.joined(separator: ", "))")
            }
            let sound = try SoundFile.sound(path: path)
            var samples = sound.mono
            if sound.rate != Self.rate {
                guard let resampling = Resampling(from: sound.rate, to: Self.rate) else {
                    throw ReaderError(file: path, reason: "\(sound.rate) Hz, expected \(Self.rate) Hz")
                }
                samples = resampling.resampled(samples)
                remarks.add(.converted, 1, "recordings from \(sound.rate) to \(Self.rate) Hz", in: path)
            }
            recordings.append(Recording(digit: digit, speaker: speaker, take: take, samples: samples))
        }
        guard !recordings.isEmpty else {
            throw ReaderError(file: folder, reason: "no .wav files, expected names such as 7_theo_12.wav")
        }
        self.recordings = recordings.sorted { ($0.digit, $0.speaker, $0.take) < ($1.digit, $1.speaker, $1.take) }
    }

    static let source = "Free Spoken Digit Dataset (FSDD), https://github.com/Jakobovski/free-spoken-digit-dataset"
    static let licence = "CC BY-SA 4.0"
    static let citation = "Jackson, Z. et al. Free Spoken Digit Dataset, 2018. doi:10.5281/zenodo.1342401"
}
