import Multimodal

/// A simple model that serves as a floor for trained models.
public enum FloorModel: String, NamedChoice {
    /// A ridge regression.
    case ridge
    /// Gradient-boosted trees.
    case trees
    /// Nearest neighbours among the training samples.
    case neighbours

    /// True when scikit-learn fits the model in a Python process.
    public var needsPython: Bool { self != .ridge }
}
