/// The reaction of training to a step whose loss or gradients are not finite.
public enum NonFiniteStep: String, NamedChoice {
    /// Stops with an error.
    case stop
    /// Leaves out the step.
    case skip
    /// Goes back to the start of the epoch and trains it again with half the learning rate, which
    /// the rest of the stage keeps.
    case lower
}
