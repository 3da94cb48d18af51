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
                path: "\(request.source)/\(file.name)", file: file, isNeutralPositive: request.option("neutral") >= 0.5,
                remarks: request.remarks)
            let description = recipe.description(
                modalities: AffectFile.kinds.reduce(into: [:]) { modalities, entry in
                    modalities[entry.key] = ModalityDescription(
                        kind: entry.value, axes: [file.steps], channels: utterances.widths[entry.key] ?? 0,
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

    /// The kind of each modality.
    static let kinds: [String: ModalityKind] = ["vision": .video, "audio": .audio, "text": .text]

    /// The published width of each modality. Other features of the same recordings have others.
    var widths: [String: Int] { ["vision": vision, "audio": audio, "text": 300] }
}
