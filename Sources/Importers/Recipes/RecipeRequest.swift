import Multimodal

/// What a recipe is asked for, and whom it tells how far it is.
struct RecipeRequest {
    /// Folder of the publishers' files.
    let source: String
    /// Folder of the dataset or datasets.
    let destination: String
    /// A value for each of the recipe's options.
    let options: [String: Double]
    /// Told how far the work is.
    let progress: (RecipeProgress) -> Void

    /// The value of an option that the recipe declares.
    func option(_ name: String) -> Double { options[name] ?? 0 }

    /// Writes a dataset and tells every hundredth row.
    func write(
        _ description: DatasetDescription,
        layouts: [String: DatasetWriter.Layout],
        rows: [Split: Int],
        part: String? = nil,
        _ sample: (Split, Int) throws -> Sample
    ) throws -> Dataset {
        let isStandardised = layouts.values.contains { $0.standardisation != nil }
        let total = rows.values.reduce(0, +) + (isStandardised ? rows[.train, default: 0] : 0)
        let folder = part.map { "\(destination)/\($0)" } ?? destination
        let stage = part.map { "rows of \($0)" } ?? "rows"
        var done = 0
        let writer = DatasetWriter(description, layouts: layouts, rows: rows, folder: folder)
        let dataset = try writer.write { split, row in
            if done % 100 == 0 { progress(RecipeProgress(stage: stage, done: done, total: total)) }
            done += 1
            return try sample(split, row)
        }
        progress(RecipeProgress(stage: stage, done: total, total: total))
        return dataset
    }
}
