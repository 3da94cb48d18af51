import Multimodal

extension Recipe {
    /// Four movements, recorded by an accelerometer and a gyroscope on the wrist.
    static let motions = Recipe(
        name: "motions",
        title: "standing, walking, running and badminton from accelerometer and gyroscope",
        source: "time-series classification archive, BasicMotions; as in the PyPI package aeon 1.6.0",
        licence: "none stated; free for research",
        citation: "Bagnall, A. et al. The UEA multivariate time series classification archive, 2018. arXiv:1811.00075",
        version: 2
    ) { recipe, from, to, remarks in
        let folder = "\(from)/aeon/datasets/data/BasicMotions"
        let train = try TimeSeriesArchive(path: "\(folder)/BasicMotions_TRAIN.ts")
        let test = try TimeSeriesArchive(path: "\(folder)/BasicMotions_TEST.ts")
        let rows = try ArchiveRows(
            train: train, test: test, dimensions: 6, folder: folder, valid: 0.3, purpose: recipe.name,
            remarks: remarks)
        let steps = 100
        try rows.check(length: steps)
        // A token of five steps spans part of a movement, not a single moment.
        let tokens = 20
        let sensor = { (text: String) in
            ModalityDescription(
                kind: .sensors, axes: [tokens], channels: 3 * steps / tokens, patch: [steps / tokens], description: text
            )
        }
        let description = recipe.description(
            modalities: [
                "accelerometer": sensor("acceleration along x, y, z in five consecutive steps; 10 Hz"),
                "gyroscope": sensor("angular velocity about x, y, z in five consecutive steps; 10 Hz"),
            ], targets: ["movement": .classification(train.classes)])
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        let writer = DatasetWriter(description, layouts: layouts, rows: rows.counts, folder: to)
        return try writer.write { split, row in
            let (series, label) = rows.row(split, row)
            return Sample(
                inputs: [
                    "accelerometer": ArchiveRows.tokens(series.dimensions[0..<3], steps: steps),
                    "gyroscope": ArchiveRows.tokens(series.dimensions[3..<6], steps: steps),
                ], targets: ["movement": [Double(label)]])
        }
    }
}
