import Multimodal

extension Recipe {
    /// Nine speakers, recognised from the cepstral coefficients of two spoken vowels.
    static let vowels = Recipe(
        name: "vowels",
        title: "nine speakers saying two Japanese vowels; 12 cepstrum coefficients, 7 to 29 steps",
        source: "UCI Machine Learning Repository, Japanese Vowels; as in the PyPI package aeon 1.6.0",
        licence: "CC BY 4.0",
        citation:
            "Kudo, M., Toyama, J., Shimbo, M. Multidimensional curve classification using passing-through regions. "
            + "Pattern Recognition Letters 20, 1999"
    ) { recipe, from, to, remarks in
        let folder = "\(from)/aeon/datasets/data/JapaneseVowels"
        let train = try TimeSeriesArchive(path: "\(folder)/JapaneseVowels_TRAIN.ts")
        let test = try TimeSeriesArchive(path: "\(folder)/JapaneseVowels_TEST.ts")
        let rows = try ArchiveRows(
            train: train, test: test, dimensions: 12, folder: folder, valid: 0.2, purpose: recipe.name,
            remarks: remarks)
        let steps = 29
        try rows.check(longest: steps)
        let description = recipe.description(
            modalities: [
                "speech": ModalityDescription(
                    kind: .speech, axes: [steps], channels: 12, description: "linear-prediction cepstrum coefficients")
            ], targets: ["speaker": .classification(train.classes)])
        let layouts = ["speech": DatasetWriter.Layout(standardisation: .channel, isMasked: true)]
        let writer = DatasetWriter(description, layouts: layouts, rows: rows.counts, folder: to)
        return try writer.write { split, row in
            let (series, label) = rows.row(split, row)
            let length = series.dimensions.first?.count ?? 0
            return Sample(
                inputs: ["speech": ArchiveRows.tokens(series.dimensions[...], steps: steps)],
                valid: ["speech": (0..<steps).map { $0 < length }], targets: ["speaker": [Double(label)]])
        }
    }
}
