/// The reaction of training to a step whose loss or gradients are not finite.
public enum NonFiniteStep: String, NamedChoice {
    /// Stops with an error.
    case stop
    /// Leaves out the step.
    case skip
}
