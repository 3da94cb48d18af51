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
        var description = recipe.description(
            modalities: ["video": GridClips.video, "speech": clips.speech.description],
            targets: [
                "command": .classification(GridClips.commandNames, description: "the sentence's first word"),
                "digit": .classification(GridClips.digitNames, description: "the sentence's fifth word"),
            ])
        let layouts = [
            "video": DatasetWriter.Layout(standardisation: .channel),
            "speech": DatasetWriter.Layout(standardisation: .channel),
        ]
        description.encoding = .files(["video": GridClips.frames, "speech": clips.soundColumn], layouts: layouts)
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
    private static let samples = 24_000
    private static let rate = 8000

    /// A clip's frames at half resolution, each pixel minus its mean over the clip.
    ///
    /// The mean holds face and lighting; the difference holds the movement of the mouth. A frame is
    /// one patch, because 700 clips are too few to learn how smaller patches fit together.
    static let frames = TableColumn.arrays(
        [25, 24, 48], .video, [.halve, .centre, .divide(by: 255), .patch([1, 12, 24])])
    private static let tokens = frames.arrayTokens

    static let video = tokens.description(
        .video,
        "mouth in gray at half size, 25 frames at 8.3 Hz, each a patch, less the mean picture of the clip")

    /// The column of sound files that are read as the clips are.
    var soundColumn: TableColumn {
        var column = TableColumn(.sound)
        (column.kind, column.rate, column.size) = (.speech, Self.rate, [speech.tokens])
        return column
    }

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
            video.shape == [sentences.count] + Self.tokens.size,
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

    /// Returns a clip's video tokens.
    func video(of clip: Int) -> [Float] {
        let count = Self.tokens.size.reduce(1, *)
        return Self.tokens.values(of: pixels[clip * count..<(clip + 1) * count].map { Float($0) })
    }

    /// Returns a clip's speech tokens.
    func speech(of clip: Int) -> [Float] {
        let samples = sound[clip * Self.samples..<(clip + 1) * Self.samples].map { Float($0) / 32_768 }
        return speech.values(of: samples).values
    }
}
