/// The kind of signal of a modality.
public enum ModalityKind: String, NamedChoice {
    /// Pixels or patches of pixels.
    case image
    /// Audio other than speech.
    case audio
    /// Recorded speech.
    case speech
    /// A sequence of images.
    case video
    /// Written language.
    case text
    /// A table row, one token per field.
    case table
    /// Values that follow each other in time.
    case timeSeries = "time-series"
    /// Elements without an order.
    case set
    /// Signals of sensors.
    case sensors
    /// Forces and torques.
    case force
    /// Positions and velocities of the actor's own joints.
    case proprioception

    /// True when the position of a token carries meaning; false for sets.
    public var hasPositions: Bool { self != .set }
}
