/// What a task of a suite is for.
public enum TaskRole: String, NamedChoice {
    /// Trained together with the others.
    case train
    /// Left out of training; the trained model is fine-tuned on it afterwards.
    case transfer
}
