import Multimodal

/// The inputs of one recipe run: source, destination, options and progress callback.
struct RecipeRequest {
    /// The folder of the publishers' files.
    let source: String
    /// The folder of the dataset or datasets.
    let destination: String
    /// The value of each of the recipe's options.
    let options: [String: Double]
    /// Called with the progress of the work.
    let progress: (RecipeProgress) -> Void
    /// Collects what the import leaves out, replaces or converts.
    let remarks: ImportRemarks

    /// Returns the value of an option that the recipe declares.
    func option(_ name: String) -> Double { options[name] ?? 0 }

    /// Writes a dataset, reporting progress every hundred rows.
    ///
    /// - Throws: `DatasetError` or `FileError` from writing; any error thrown by `sample`.
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
