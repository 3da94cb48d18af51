import Multimodal

extension Recipe {
    /// Sentiment of CMU-MOSI, from the MultiBench file.
    static let mosiBenchmark = affect(
        AffectFile(name: "mosi_raw.pkl", vision: 35, audio: 74, steps: 50, target: "sentiment", isScored: true),
        name: "mosi-benchmark",
        title: "sentiment in opinion videos (CMU-MOSI), MultiBench features of text, voice and face per word",
        citation: "Zadeh, A. et al. MOSI. 2016. arXiv:1606.06259")

    /// Sentiment of CMU-MOSEI, from the MultiBench file.
    static let mosei = affect(
        AffectFile(name: "mosei_senti_data.pkl", vision: 35, audio: 74, steps: 50, target: "sentiment", isScored: true),
        name: "mosei",
        title: "sentiment in opinion videos (CMU-MOSEI), MultiBench features of text, voice and face per word",
        citation: "Zadeh, A. et al. Multimodal language analysis in the wild: CMU-MOSEI dataset. ACL 2018")

    /// Humour of UR-FUNNY, from the MultiBench file.
    static let urFunny = affect(
        AffectFile(name: "humor.pkl", vision: 371, audio: 81, steps: 20, target: "humour", isScored: false),
        name: "ur-funny", title: "humour in talks (UR-FUNNY), MultiBench features of text, voice and face per word",
        citation: "Hasan, M. K. et al. UR-FUNNY: a multimodal language dataset for understanding humor. EMNLP 2019")

    /// Sarcasm of MUStARD, from the MultiBench file.
    static let sarcasmBenchmark = affect(
        AffectFile(name: "sarcasm.pkl", vision: 371, audio: 81, steps: 50, target: "sarcasm", isScored: false),
        name: "sarcasm-benchmark",
        title: "sarcasm in television series (MUStARD), MultiBench features of text, voice and face per word",
        citation: "Castro, S. et al. Towards multimodal sarcasm detection. ACL 2019. doi:10.18653/v1/P19-1455")

    private static func affect(_ file: AffectFile, name: String, title: String, citation: String) -> Recipe {
        Recipe(
            name: name,
            title: title,
            source: "MultiBench, https://github.com/pliang279/MultiBench (\(file.name))",
            licence: "as its publishers say",
            citation: citation + "; Liang, P. P. et al. MultiBench. NeurIPS 2021",
            options: file.isScored
                ? [RecipeOption("neutral", "class for a score of zero: 0 negative, 1 positive", default: 0, in: 0...1)]
                : []
        ) { recipe, request in
            let utterances = try AffectUtterances(
                path: "\(request.source)/\(file.name)", file: file, isNeutralPositive: request.option("neutral") >= 0.5)
            let description = recipe.description(
                modalities: file.widths.mapValues { kind, width in
                    ModalityDescription(
                        kind: kind, axes: [file.steps], channels: width,
                        description: "for each word; every channel standardised within its row")
                },
                targets: [
                    file.target: .classification(file.isScored ? ["negative", "positive"] : ["without", "with"])
                ]
            )
            let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(isMasked: true) }
            return [
                try request.write(description, layouts: layouts, rows: utterances.rows.mapValues(\.count)) {
                    split, row in
                    try utterances.sample(split, row)
                }
            ]
        }
    }
}

/// The name and layout of one of the affect files.
struct AffectFile: Sendable {
    let name: String
    let vision: Int
    let audio: Int
    /// The maximum number of words in a row; longer rows are truncated.
    let steps: Int
    let target: String
    /// True when labels are scores around zero, false when they are classes.
    let isScored: Bool

    /// The kind and width of each modality.
    var widths: [String: (ModalityKind, Int)] {
        ["vision": (.video, vision), "audio": (.audio, audio), "text": (.text, 300)]
    }
}

/// The utterances of a pickle with the parts train, valid and test.
///
/// Each part holds arrays `[N, T, width]` of vision, audio and text, and labels.
private struct AffectUtterances {
    private struct Part {
        let arrays: [String: NumpyArray]
        let labels: NumpyArray
    }

    /// The rows of each split whose text is not all zeros.
    let rows: [Split: [Int]]
    private let parts: [Split: Part]
    private let file: AffectFile
    private let path: String
    private let isNeutralPositive: Bool

    init(path: String, file: AffectFile, isNeutralPositive: Bool) throws {
        self.path = path
        self.file = file
        self.isNeutralPositive = isNeutralPositive
        let content = try PickleReader.value(path: path)
        var parts: [Split: Part] = [:]
        var rows: [Split: [Int]] = [:]
        for split in Split.allCases {
            func failure(_ reason: String) -> ReaderError {
                ReaderError(file: path, reason: "'\(split.rawValue)': \(reason)")
            }
            guard let labels = content[split.rawValue]?["labels"]?.array, let count = labels.shape.first else {
                throw failure("expected a dictionary with an array 'labels'")
            }
            var arrays: [String: NumpyArray] = [:]
            for (name, (_, width)) in file.widths.sorted(by: { $0.key < $1.key }) {
                guard let array = content[split.rawValue]?[name]?.array, array.shape.count == 3,
                    array.shape[0] == count,
                    array.shape[2] == width, array.shape[1] > 0
                else {
                    let shape = content[split.rawValue]?[name]?.array?.shape ?? []
                    throw failure("'\(name)' has shape \(shape), expected [\(count), T, \(width)]")
                }
                arrays[name] = array
            }
            guard Set(arrays.values.map { $0.shape[1] }).count == 1 else {
                throw failure("expected vision, audio and text of the same length")
            }
            parts[split] = Part(arrays: arrays, labels: labels)
            rows[split] = (0..<count).filter { row in
                arrays["text"]?.row(row)?.floats()?.contains { $0 != 0 } ?? false
            }
        }
        self.parts = parts
        self.rows = rows
    }

    func sample(_ split: Split, _ index: Int) throws -> Sample {
        let row = rows[split, default: []][index]
        func failure(_ reason: String) -> ReaderError {
            ReaderError(file: path, reason: "'\(split.rawValue)': row \(row): \(reason)")
        }
        guard let part = parts[split], let text = part.arrays["text"]?.row(row)?.floats(),
            let label = part.labels.row(row)?.doubles()?.first, label.isFinite
        else { throw failure("expected numbers") }
        // Rows are padded at the front: the zeros before the text are padding in every modality.
        let first = (text.firstIndex { $0 != 0 } ?? 0) / 300
        let steps = min(file.steps, text.count / 300 - first)
        var sample = Sample(inputs: [:], targets: [:])
        for (name, (_, width)) in file.widths {
            guard let values = part.arrays[name]?.row(row)?.floats() else {
                throw failure("'\(name)': expected numbers")
            }
            let kept = Array(values[(first * width)...])
            sample.inputs[name] = Self.standardised(kept, width: width, steps: file.steps)
            sample.valid[name] = (0..<file.steps).map { $0 < steps }
        }
        if file.isScored {
            sample.targets[file.target] = [label > 0 || (label == 0 && isNeutralPositive) ? 1 : 0]
        } else {
            guard label == 0 || label == 1 else { throw failure("label \(label), expected 0 or 1") }
            sample.targets[file.target] = [label]
        }
        return sample
    }

    /// Standardises each channel within its row, then truncates or pads the row to a number of
    /// steps.
    ///
    /// The standard deviation divides by n − 1. Values that are not finite, which occur in audio,
    /// count as zero. A constant channel becomes zero.
    private static func standardised(_ values: [Float], width: Int, steps: Int) -> [Float] {
        let count = values.count / width
        var result = [Float](repeating: 0, count: steps * width)
        for channel in 0..<width {
            let series = (0..<count).map { step -> Double in
                let value = Double(values[step * width + channel])
                return value.isFinite ? value : 0
            }
            let mean = series.reduce(0, +) / Double(count)
            let square = series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = count > 1 ? (square / Double(count - 1)).squareRoot() : 0
            guard deviation > 1e-12 else { continue }
            for step in 0..<min(steps, count) {
                result[step * width + channel] = Float((series[step] - mean) / deviation)
            }
        }
        return result
    }
}
