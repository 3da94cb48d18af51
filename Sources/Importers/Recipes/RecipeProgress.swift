/// The progress of a recipe.
public struct RecipeProgress: Hashable, Sendable {
    /// A short description of the current stage.
    public let stage: String
    /// The number of finished steps of the stage.
    public let done: Int
    /// The total number of steps of the stage.
    public let total: Int
}
