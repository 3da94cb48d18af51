import Multimodal
import Numerics
import Torch

extension Recipe {
    /// Commands and digits of the GRID corpus, from one speaker's mouth and voice.
    static let grid = Recipe(
        name: "grid",
        title: "sentences of the GRID corpus, one speaker's mouth and voice: the command and the digit",
        source: "GRID audiovisual sentence corpus, https://spandh.dcs.shef.ac.uk/gridcorpus; clips as in TVR28/LipNet",
        licence: "CC BY 4.0",
        citation:
            "Cooke, M., Barker, J., Cunningham, S., Shao, X. An audio-visual corpus for speech perception and automatic "
            + "speech recognition. JASA 120, 2006. doi:10.1121/1.2229005",
        version: 3
    ) { recipe, request in
        let clips = try GridClips(folder: request.source)
        request.progress(RecipeProgress(stage: "clips", done: clips.commands.count, total: clips.commands.count))
        let splits = clips.splits(purpose: "\(recipe.name)/by command and digit")
        let description = recipe.description(
            modalities: ["video": GridClips.video, "speech": clips.speech.description],
            targets: [
                "command": .classification(GridClips.commandNames, description: "the sentence's first word"),
                "digit": .classification(GridClips.digitNames, description: "the sentence's fifth word"),
            ])
        let layouts = [
            "video": DatasetWriter.Layout(standardisation: .channel),
            "speech": DatasetWriter.Layout(standardisation: .channel),
        ]
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let clip = splits.source(split, row)
                return Sample(
                    inputs: ["video": clips.video(of: clip), "speech": clips.speech(of: clip)],
                    targets: ["command": [Double(clips.commands[clip])], "digit": [Double(clips.digits[clip])]])
            }
        ]
    }
}

/// The clips of one speaker, from one archive.
private struct GridClips {
    static let commandNames = ["bin", "lay", "place", "set"]
    static let digitNames = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    private static let frames = (count: 25, rows: 24, columns: 48)
    private static let samples = 24_000
    private static let rate = 8000
    private static let patches = Patches(
        size: (frames.count, frames.rows / 2, frames.columns / 2), patch: (1, frames.rows / 2, frames.columns / 2),
        channels: 1)

    static let video = ModalityDescription(
        kind: .video, axes: patches.axes, channels: patches.width, patch: patches.sides,
        description: "mouth in gray at half size, 25 frames at 8.3 Hz, each a patch, less the mean picture of the clip")

    let speech = SpeechTokens(rate: rate, longest: samples)
    let commands: [Int]
    let digits: [Int]
    private let pixels: [UInt8]
    private let sound: [Int16]

    init(folder: String) throws {
        let path = "\(folder)/grid_s1_mouth25x24x48_audio8k.npz"
        let arrays = try NpzReader.arrays(path: path, names: ["video", "audio", "sentence"])
        guard let sentences = arrays["sentence"]?.strings(), arrays["sentence"]?.shape == [sentences.count],
            let video = arrays["video"], video.element == .unsigned(1),
            video.shape == [sentences.count, Self.frames.count, Self.frames.rows, Self.frames.columns],
            let audio = arrays["audio"], audio.element == .signed(2), audio.shape == [sentences.count, Self.samples]
        else {
            throw ReaderError(
                file: path,
                reason: "expected video [N, 25, 24, 48] of bytes, audio [N, 24000] of 16-bit integers and N sentences")
        }
        var commands: [Int] = []
        var digits: [Int] = []
        for (index, sentence) in sentences.enumerated() {
            let words = sentence.split(separator: " ").map(String.init)
            guard words.count == 6, let command = Self.commandNames.firstIndex(of: words[0]),
                let digit = Self.digitNames.firstIndex(of: words[4])
            else {
                throw ReaderError(
                    file: path,
                    reason: "sentence \(index) is '\(sentence.prefix(60))', expected six words of the corpus")
            }
            commands.append(command)
            digits.append(digit)
        }
        self.commands = commands
        self.digits = digits
        pixels = video.bytes() ?? []
        sound = (audio.integers() ?? []).map { Int16(truncatingIfNeeded: $0) }
    }

    /// Divides the clips 7 : 1 : 2, balanced over commands and digits.
    func splits(purpose: String) -> SplitRows {
        var random = RandomSource(seed: 0, purpose: "split/\(purpose)")
        let kinds = commands.indices.map { commands[$0] * Self.digitNames.count + digits[$0] }
        let order = Set(kinds).sorted().flatMap { kind in
            kinds.indices.filter { kinds[$0] == kind }.shuffled(using: &random)
        }
        let places = Dictionary(grouping: order.indices) { place -> Split in
            switch place % 10 {
            case 0: .valid
            case 3, 7: .test
            default: .train
            }
        }
        return SplitRows(places.mapValues { $0.map { order[$0] } })
    }

    /// Returns a clip's frames at half resolution, each pixel minus its mean over the clip,
    /// `[frames, rows × columns]`.
    ///
    /// The mean holds face and lighting; the difference holds the movement of the mouth. A frame is
    /// one patch, because 700 clips are too few to learn how smaller patches fit together.
    func video(of clip: Int) -> [Float] {
        let (rows, columns) = (Self.frames.rows / 2, Self.frames.columns / 2)
        let first = clip * Self.frames.count * Self.frames.rows * Self.frames.columns
        // Integer sums of four pixels, and of those over the clip, so that a static pixel is
        // exactly zero.
        var sums = [Int](repeating: 0, count: Self.frames.count * rows * columns)
        var totals = [Int](repeating: 0, count: rows * columns)
        for frame in 0..<Self.frames.count {
            for place in 0..<rows * columns {
                let row = first + (frame * Self.frames.rows + place / columns * 2) * Self.frames.columns
                let corner = row + place % columns * 2
                let below = corner + Self.frames.columns
                let sum =
                    Int(pixels[corner]) + Int(pixels[corner + 1]) + Int(pixels[below]) + Int(pixels[below + 1])
                sums[frame * rows * columns + place] = sum
                totals[place] += sum
            }
        }
        let values = sums.enumerated().map { index, sum in
            Float(sum * Self.frames.count - totals[index % totals.count]) / Float(1020 * Self.frames.count)
        }
        return Self.patches.cut(values[...])
    }

    /// Returns a clip's speech tokens.
    func speech(of clip: Int) -> [Float] {
        let samples = sound[clip * Self.samples..<(clip + 1) * Self.samples].map { Float($0) / 32_768 }
        return speech.values(of: samples).values
    }
}
