import Multimodal

extension Recipe {
    /// AV-MNIST, from the arrays of MultiBench.
    static let avmnistBenchmark = Recipe(
        name: "avmnist-benchmark",
        title: "a written digit and the spectrogram of a spoken one (AV-MNIST), from MultiBench's arrays",
        source: "MultiBench, https://github.com/pliang279/MultiBench (avmnist)",
        licence: "as its publishers say",
        citation: "Vielzeuf, V. et al. CentralNet: a multilayer approach for multimodal fusion. ECCV Workshops 2018",
        version: 2,
        options: [
            RecipeOption(
                "validation-rows", "validation rows, the last rows of the training part", default: 5000, in: 1...5000)
        ]
    ) { recipe, request in
        let train = try AVMNISTArrays(folder: request.source, part: "train", remarks: request.remarks)
        let test = try AVMNISTArrays(folder: request.source, part: "test", remarks: request.remarks)
        let last = train.labels.count - Int(request.option("validation-rows"))
        guard last > 0 else {
            throw ReaderError(
                file: request.source,
                reason: "\(train.labels.count) training rows, expected more than "
                    + "validation-rows = \(Int(request.option("validation-rows")))")
        }
        let rows: [Split: [Int]] = [
            .train: Array(0..<last), .valid: Array(last..<train.labels.count), .test: Array(test.labels.indices),
        ]
        let description = recipe.description(
            modalities: AVMNISTArrays.modalities, targets: ["digit": .classification((0...9).map(String.init))])
        return [
            try request.write(description, layouts: [:], rows: rows.mapValues(\.count)) { split, row in
                try (split == .test ? test : train).sample(rows[split, default: []][row])
            }
        ]
    }
}

/// One published part: images, spectrograms and labels, each in its own file.
private struct AVMNISTArrays {
    private static let imagePatches = Patches(size: (1, 28, 28), patch: (1, 4, 4), channels: 1)
    private static let audioPatches = Patches(size: (1, 112, 112), patch: (1, 16, 16), channels: 1)

    static let modalities = [
        "image": ModalityDescription(
            kind: .image, axes: imagePatches.axes, channels: imagePatches.width, patch: imagePatches.sides,
            description: "patches of 4 × 4 gray values, over 255"),
        "audio": ModalityDescription(
            kind: .audio, axes: audioPatches.axes, channels: audioPatches.width, patch: audioPatches.sides,
            description: "patches of 16 × 16 points of the spectrogram, over 255"),
    ]

    let labels: [Int]
    private let images: NumpyArray
    private let audio: NumpyArray
    private let folder: String
    private let imageScale: PixelScale
    private let audioScale: PixelScale

    init(folder: String, part: String, remarks: ImportRemarks) throws {
        func array(_ name: String) throws -> NumpyArray { try NpyReader.array(path: "\(folder)/\(name)") }
        let names = ["image/\(part)_data.npy", "audio/\(part)_data.npy", "\(part)_labels.npy"]
        images = try array(names[0])
        audio = try array(names[1])
        guard let numbers = try array(names[2]).doubles(), numbers.allSatisfy({ (0...9).contains($0) }) else {
            throw ReaderError(file: "\(folder)/\(names[2])", reason: "expected labels 0…9")
        }
        labels = numbers.map { Int($0) }
        for (array, name, shape) in [(images, names[0], [784]), (audio, names[1], [112, 112])]
        where array.shape != [labels.count] + shape {
            throw ReaderError(
                file: "\(folder)/\(name)", reason: "shape \(array.shape), expected \([labels.count] + shape)")
        }
        self.folder = folder
        imageScale = PixelScale(of: images, remarks: remarks, name: names[0])
        audioScale = PixelScale(of: audio, remarks: remarks, name: names[1])
    }

    func sample(_ row: Int) throws -> Sample {
        guard let image = images.row(row)?.floats(), let sound = audio.row(row)?.floats() else {
            throw ReaderError(file: folder, reason: "row \(row): expected a numeric array")
        }
        return Sample(
            inputs: [
                "image": Self.imagePatches.cut(image.map { $0 / imageScale.divisor }[...]),
                "audio": Self.audioPatches.cut(sound.map { $0 / audioScale.divisor }[...]),
            ], targets: ["digit": [Double(labels[row])]])
    }
}
