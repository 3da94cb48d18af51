import Importers
import Multimodal

/// Recipes for people: where each dataset comes from, how to cite it, and what can be chosen.
struct RecipesText {
    private let recipes: [Recipe]
    private let open: Set<String>

    /// - Parameter open: The names of the recipes whose data can be fetched.
    init(_ recipes: [Recipe], open: Set<String>) {
        self.recipes = recipes
        self.open = open
    }

    var text: String { recipes.map(text).joined(separator: "\n") }

    private func text(_ recipe: Recipe) -> String {
        let mark = open.contains(recipe.name) ? " (fetched by: highmmt data fetch open)" : ""
        let lines = [
            "\(recipe.name)\(mark)", "  \(recipe.title)", "  source: \(recipe.source)", "  licence: \(recipe.licence)",
            "  cite: \(recipe.citation)",
        ]
        let options = recipe.options.map { "  --option \($0.name)=\($0.defaultValue): \($0.text)" }
        return (lines + options).joined(separator: "\n")
    }
}
