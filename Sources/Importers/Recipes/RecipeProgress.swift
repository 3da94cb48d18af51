/// How far a recipe is.
public struct RecipeProgress: Hashable, Sendable {
    /// What is being done, in a few words.
    public let stage: String
    /// Steps of the stage that are done.
    public let done: Int
    /// Steps of the stage in all.
    public let total: Int
}
