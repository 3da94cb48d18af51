/// The role of a task in a suite.
public enum TaskRole: String, NamedChoice {
    /// Trained together with the other tasks.
    case train
    /// Left out of training; the trained model is fine-tuned on it afterwards.
    case transfer
}
