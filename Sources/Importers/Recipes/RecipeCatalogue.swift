import Multimodal

/// All recipes that there are.
public enum RecipeCatalogue {
    /// Recipes by name, in the order in which they are listed.
    public static let all: [Recipe] = open + field + benchmark

    /// Recipes of the open suite.
    public static let open: [Recipe] = [.digits, .motions, .vowels, .exercise, .nutrimouse]

    /// Recipes of the field suite, from files that their publishers distribute.
    public static let field: [Recipe] = [
        .avmnist, .speaker, .grid, .mosi, .mustard, .stressPredict, .physionet2012, .biotacSlide, .robotFailures,
        .signLanguage, .websiteAesthetics,
    ]

    /// Recipes of the paper's own datasets and their like, from the files of the public benchmark.
    public static let benchmark: [Recipe] = [
        .avmnistBenchmark, .mosei, .mosiBenchmark, .urFunny, .sarcasmBenchmark, .mimic, .enrico, .push, .visionTouch,
        .mmimdb,
    ]

    /// The recipe of a name.
    ///
    /// - Throws: `FetchError` with what there is to choose from.
    public static func recipe(named name: String) throws -> Recipe {
        guard let recipe = all.first(where: { $0.name == name }) else {
            throw FetchError(
                subject: "recipe '\(name)'",
                reason: "unknown" + ClosestName.hint(for: name, among: all.map(\.name))
            )
        }
        return recipe
    }
}
