import Multimodal

/// All available recipes.
public enum RecipeCatalogue {
    /// All recipes, in listing order.
    public static let all: [Recipe] = open + field + multiBench

    /// The recipes of the open suite.
    public static let open: [Recipe] = [.digits, .motions, .vowels, .exercise, .nutrimouse]

    /// The recipes of the field suite, which read files downloaded from the publishers.
    public static let field: [Recipe] = [
        .avmnist, .speaker, .grid, .mosi, .mustard, .stressPredict, .physionet2012, .biotacSlide, .robotFailures,
        .signLanguage, .websiteAesthetics,
    ]

    /// The recipes for the paper's datasets and related ones, which read the MultiBench files.
    public static let multiBench: [Recipe] = [
        .avmnistBenchmark, .mosei, .mosiBenchmark, .urFunny, .sarcasmBenchmark, .mimic, .enrico, .push, .visionTouch,
        .mmimdb,
    ]

    /// Returns the recipe with a name.
    ///
    /// - Throws: `FetchError` for an unknown name, with the closest match or the available names.
    public static func recipe(named name: String) throws -> Recipe {
        guard let recipe = all.first(where: { $0.name == name }) else {
            throw FetchError(
                subject: "recipe '\(name)'", reason: "unknown" + ClosestName.hint(for: name, among: all.map(\.name)))
        }
        return recipe
    }
}
