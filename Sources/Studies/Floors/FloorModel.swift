import Multimodal

/// A simple model that a floor is measured with.
public enum FloorModel: String, NamedChoice {
    /// A ridge regression.
    case ridge
    /// Gradient-boosted trees.
    case trees
    /// The nearest neighbours among the training samples.
    case neighbours

    /// Whether the model is fitted by scikit-learn, in Python.
    public var needsPython: Bool { self != .ridge }
}
