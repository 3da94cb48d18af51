import Multimodal
import Numerics
import Torch

extension Recipe {
    /// A written and a spoken digit, both degraded to make the task harder.
    static let avmnist = Recipe(
        name: "avmnist",
        title: "a written digit (MNIST, with reduced PCA energy) and a spoken one (FSDD, with added noise)",
        source: "MNIST, http://yann.lecun.com/exdb/mnist; " + SpokenDigits.source,
        licence: "MNIST: CC BY-SA 3.0 by common statement; FSDD: " + SpokenDigits.licence,
        citation:
            "LeCun, Y., Bottou, L., Bengio, Y., Haffner, P. Gradient-based learning applied to document recognition. "
            + "Proceedings of the IEEE 86, 1998; \(SpokenDigits.citation); the pairing after Vielzeuf, V. et al. "
            + "CentralNet. ECCV Workshops, 2018",
        version: 2,
        options: [
            RecipeOption("image-energy", "share of the image's PCA energy to keep", default: 0.25, in: 0.01...1),
            RecipeOption("noise", "signal-to-noise ratio of the recording, in dB", default: -10, in: -60...100),
            RecipeOption("training-rows", "training rows, up to 55000", default: 20_000, in: 10...55_000),
            RecipeOption(
                "validation-rows", "validation rows, the last of MNIST's 60000 training images", default: 5000,
                in: 10...5000),
        ]
    ) { recipe, request in
        let digits = try AudiovisualDigits(request)
        var description = recipe.description(
            modalities: AudiovisualDigits.modalities, targets: ["digit": .classification((0...9).map(String.init))],
            groups: ["speaker": SpokenDigits.speakerGroup])
        for (name, statistics) in digits.statistics() { description.modalities[name]?.statistics = statistics }
        // The noise belongs to the data, not to the way in which they are read.
        description.encoding = .files(digits.columns, layouts: [:])
        return [
            try request.write(description, layouts: [:], rows: digits.counts) { split, row in
                let (image, audio, digit, speaker) = digits.row(split, row)
                return Sample(
                    inputs: ["image": image, "audio": audio], targets: ["digit": [Double(digit)]],
                    groups: ["speaker": speaker])
            }
        ]
    }
}

/// Pairs of images and recordings of the same digit.
private struct AudiovisualDigits {
    private static let imagePatches = Patches(size: (1, 28, 28), patch: (1, 4, 4), channels: 1)
    private static let picture: SpectrogramPicture = {
        guard let picture = SpectrogramPicture(rate: SpokenDigits.rate, frames: 112, bands: 112, patch: 16) else {
            preconditionFailure("patches of 16 divide 112")
        }
        return picture
    }()
    private static let fitted = 10_000

    static let modalities = [
        "image": ModalityDescription(
            kind: .image, axes: imagePatches.axes, channels: imagePatches.width, patch: imagePatches.sides,
            description: "patches of 4 × 4 gray values 0–1 of what principal components leave of the image"),
        "audio": picture.description,
    ]

    /// The columns of images and sounds that are read as the rows are.
    var columns: [String: TableColumn] {
        var image = TableColumn(.image)
        (image.size, image.patch, image.colours) = ([28, 28], 4, 1)
        image.transforms = components.map { [.project(mean: $0.mean, directions: $0.directions)] }
        var audio = TableColumn(.sound)
        (audio.rate, audio.size, audio.patch) = (
            Self.picture.rate, [Self.picture.size.frames, Self.picture.size.bands], 16
        )
        return ["image": image, "audio": audio]
    }

    private struct Part {
        let pixels: [Float]
        let labels: [Int]
        let recordings: [[SpokenDigits.Recording]]
        /// The image of each row of the split.
        let rows: [Int]
    }

    private let parts: [Split: Part]
    private let components: PrincipalComponents?
    private let noise: AdditiveNoise

    init(_ request: RecipeRequest) throws {
        let speech = try SpokenDigits(
            folder: "\(request.source)/fsdd", remarks: request.remarks, progress: request.progress
        ).recordings
        func recordings(_ split: Split) throws -> [[SpokenDigits.Recording]] {
            let byDigit = (0...9).map { digit in speech.filter { $0.digit == digit && $0.split == split } }
            guard byDigit.allSatisfy({ !$0.isEmpty }) else {
                throw ReaderError(
                    file: "\(request.source)/fsdd",
                    reason: "expected a recording of every digit for the \(split.rawValue) split")
            }
            return byDigit
        }
        request.progress(RecipeProgress(stage: "images", done: 0, total: 2))
        let train = try Self.images(folder: "\(request.source)/mnist", prefix: "train")
        let test = try Self.images(folder: "\(request.source)/mnist", prefix: "t10k")
        request.progress(RecipeProgress(stage: "images", done: 2, total: 2))
        let last = train.labels.count - Int(request.option("validation-rows"))
        guard last >= Int(request.option("training-rows")) else {
            throw ReaderError(
                file: "\(request.source)/mnist",
                reason:
                    "\(train.labels.count) training images, too few for training-rows = \(request.option("training-rows")) "
                    + "and validation-rows = \(request.option("validation-rows"))")
        }
        let rows = Array(0..<Int(request.option("training-rows")))
        parts = [
            .train: Part(pixels: train.pixels, labels: train.labels, recordings: try recordings(.train), rows: rows),
            .valid: Part(
                pixels: train.pixels, labels: train.labels, recordings: try recordings(.valid),
                rows: Array(last..<train.labels.count)),
            .test: Part(
                pixels: test.pixels, labels: test.labels, recordings: try recordings(.test),
                rows: Array(test.labels.indices)),
        ]
        noise = AdditiveNoise(ratio: request.option("noise"))
        let energy = request.option("image-energy")
        guard energy < 1 else {
            components = nil
            return
        }
        request.progress(RecipeProgress(stage: "principal components", done: 0, total: 1))
        let vectors = rows.prefix(Self.fitted).map { Array(train.pixels[$0 * 784..<($0 + 1) * 784]) }
        components = PrincipalComponents(of: vectors, energy: energy)
        request.progress(RecipeProgress(stage: "principal components", done: 1, total: 1))
    }

    var counts: [Split: Int] { parts.mapValues(\.rows.count) }

    /// Returns a row: patches of the image and of the spectrogram, the digit, and the speaker.
    func row(_ split: Split, _ row: Int) -> (image: [Float], audio: [Float], digit: Int, speaker: Int) {
        guard let part = parts[split] else { return ([], [], 0, 0) }
        let source = part.rows[row]
        let digit = part.labels[source]
        // Each row has its own random stream, so rows do not depend on the order of access.
        var random = RandomSource(seed: UInt64(row), purpose: "avmnist/\(split.rawValue)")
        let choices = part.recordings[digit]
        let recording = choices[Int.random(in: 0..<choices.count, using: &random)]
        let length = Self.picture.length
        let sound = noise.added(to: Array(recording.samples.prefix(length)), length: length, random: &random)
        let pixels = part.pixels[source * 784..<(source + 1) * 784]
        let image = components?.reduced(pixels) ?? Array(pixels)
        return (Self.imagePatches.cut(image[...]), Self.picture.values(of: sound), digit, recording.speaker)
    }

    /// Returns one mean and standard deviation per modality, estimated from about 500 training
    /// rows.
    ///
    /// All channels of a modality are pixels of the same picture, so they share both numbers.
    func statistics() -> [String: Standardisation] {
        var running: [String: RunningStatistics] = [:]
        for (name, modality) in Self.modalities {
            let elements = ModalityDescription(kind: modality.kind, axes: [modality.elements], channels: 1)
            running[name] = RunningStatistics(scope: .channel, modality: elements)
        }
        let count = counts[.train, default: 0]
        for row in stride(from: 0, to: count, by: max(1, count / 500)) {
            let (image, audio, _, _) = self.row(.train, row)
            running["image"]?.add(image, valid: nil)
            running["audio"]?.add(audio, valid: nil)
        }
        return running.reduce(into: [:]) {
            $0[$1.key] = $1.value.statistics.repeated(channels: Self.modalities[$1.key]?.channels ?? 0)
        }
    }

    private static func images(folder: String, prefix: String) throws -> (pixels: [Float], labels: [Int]) {
        // Unpacking removes the ending, and some programs put a dot in place of the last hyphen.
        func file(_ name: String, _ format: String) -> String {
            FolderListing.file(
                in: folder,
                named: ["-\(format).gz", "-\(format)", ".\(format).gz", ".\(format)"].map { "\(prefix)-\(name)\($0)" })
        }
        let imageFile = file("images", "idx3-ubyte")
        let labelFile = file("labels", "idx1-ubyte")
        let images = try IDXReader.array(path: imageFile)
        let labels = try IDXReader.array(path: labelFile)
        guard images.shape.count == 3, images.shape.dropFirst() == [28, 28], images.element == .unsigned(1),
            let pixels = images.floats()
        else { throw ReaderError(file: imageFile, reason: "shape \(images.shape), expected [N, 28, 28] bytes") }
        guard labels.shape == [images.shape[0]], let numbers = labels.integers(),
            numbers.allSatisfy({ (0...9).contains($0) })
        else { throw ReaderError(file: labelFile, reason: "expected \(images.shape[0]) labels 0…9") }
        return (pixels.map { $0 / 255 }, numbers.map { Int($0) })
    }
}
