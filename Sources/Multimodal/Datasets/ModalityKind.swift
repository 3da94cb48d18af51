/// What kind of signal a modality is.
public enum ModalityKind: String, NamedChoice {
    /// Pixels or patches of pixels.
    case image
    /// Sound other than speech.
    case audio
    /// Spoken sound.
    case speech
    /// A sequence of images.
    case video
    /// Written language.
    case text
    /// One token per field.
    case table
    /// Values that follow each other in time.
    case timeSeries = "time-series"
    /// Elements without an order.
    case set
    /// Signals of sensors.
    case sensors
    /// Forces and torques.
    case force
    /// Positions and velocities of one's own joints.
    case proprioception

    /// Whether the position of a token means something; the elements of a set have none.
    public var hasPositions: Bool { self != .set }
}
